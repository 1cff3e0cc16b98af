import { expect, test } from "vitest";
import { readFlags } from "../src/flags.ts";
import { adapters } from "../src/frameworks/index.ts";

test("by default everything is played, for people to read", () => {
  expect(readFlags([])).toEqual({
    adapters,
    versions: ["newest", "oldest"],
    pairwise: false,
    json: false,
  });
});

test("adapters and versions can be chosen", () => {
  const args = ["--adapter", "ai-sdk", "--version", "oldest", "--pairwise", "--json"];
  expect(readFlags(args)).toEqual({
    adapters: ["ai-sdk"],
    versions: ["oldest"],
    pairwise: true,
    json: true,
  });
});

const bad = [
  [["--adapter", "none"], `--adapter: expected one of ${adapters.join(", ")}, received "none"`],
  [["--version", "1.0.0"], "--version: expected one of newest, oldest, received"],
  [["--jsno"], "Unknown option '--jsno'"],
  [["everything"], "Unexpected argument 'everything'"],
] as const;

test.for(bad)("%j is refused", ([args, message]) => {
  expect(() => readFlags(args)).toThrow(message);
});
