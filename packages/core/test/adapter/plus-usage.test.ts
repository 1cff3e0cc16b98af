// Reports of what was used, added up in the words in which they come.
import { expect, test } from "vitest";
import { plusUsage } from "../../src/adapter/index.ts";

test.for<readonly [string, unknown, unknown, unknown]>([
  [
    "figures, and those in groups",
    { inputTokens: 100, providerTools: { web_search: 1 } },
    { inputTokens: 1, outputTokens: 2, providerTools: { web_search: 2 } },
    { inputTokens: 101, outputTokens: 2, providerTools: { web_search: 3 } },
  ],
  ["names: the later", { model: "a", tier: "b" }, { model: "c" }, { model: "c", tier: "b" }],
  ["what only one tells", { input: 1, cache: undefined }, { cache: 2 }, { input: 1, cache: 2 }],
  ["lists: the later", { raw: [1, 2] }, { raw: [3] }, { raw: [3] }],
  ["a report and none", { input: 1 }, undefined, { input: 1 }],
  ["none and a report", undefined, { input: 1 }, { input: 1 }],
  ["none at all", undefined, undefined, undefined],
])("%s", ([, before, later, both]) => {
  expect(plusUsage(before, later)).toEqual(both);
});
