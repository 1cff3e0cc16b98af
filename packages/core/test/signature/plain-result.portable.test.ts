import { describe, expect, test } from "vitest";
import { outcomeFingerprint } from "../../src/signature/outcome.ts";
import { plainResult } from "../../src/signature/plain-result.ts";

const text = (said: string) => ({ type: "text", text: said });
const hostile = Object.defineProperty({}, "content", {
  enumerable: true,
  get: () => {
    throw new Error("hostile");
  },
});

describe("a result without the envelope of MCP", () => {
  test.for<[shows: string, result: unknown, plain: unknown]>([
    ["is its text", { content: [text("one")] }, "one"],
    ["is all its texts", { content: [text("one"), text("two")], isError: false }, "one\ntwo"],
  ])("%s", ([, result, plain]) => {
    expect(plainResult(result)).toBe(plain);
  });

  test.for<[shows: string, result: unknown]>([
    ["with something structured", { content: [text("one")], structuredContent: { n: 1 } }],
    ["with a picture", { content: [text("one"), { type: "image", data: "x" }] }],
    ["with nothing", { content: [] }],
    ["with a text of its own", { content: "one" }],
    ["with what is no part", { content: [null] }],
    ["a list", [text("one")]],
    ["a text", "one"],
    ["nothing", null],
    ["a getter that throws", hostile],
  ])("%s stays as it is", ([, result]) => {
    expect(plainResult(result)).toBe(result);
  });

  test.for([["queued"], ["[]"], ["ok"], ["No results found."]])(
    "%s says the same about itself",
    ([said]) => {
      const status = "success" as const;
      expect(outcomeFingerprint({ status, result: { content: [text(said!)] } })).toEqual(
        outcomeFingerprint({ status, result: said }),
      );
    },
  );
});
