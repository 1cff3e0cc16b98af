import { expect, test } from "vitest";
import { sayNext } from "../src/say-next.ts";

const said = (isTerminal: boolean, ...words: readonly string[]) => {
  let err = "";
  sayNext({ out: async () => {}, err: (text) => void (err += text), isTerminal }, ...words);
  return err;
};

test.each([
  ["audit-7", "audit-7"],
  ["tenant:42/audit", "tenant:42/audit"],
  ["Ada's audit", String.raw`'Ada'\''s audit'`],
  ["$(reboot)", "'$(reboot)'"],
  ["", "''"],
])("a person can copy the name %j into a shell", (name, shown) => {
  expect(said(true, "review", name)).toBe(`\nNext: guard review ${shown}\n`);
});

test("a program gets no hint", () => {
  expect(said(false, "review", "audit-7")).toBe("");
});
