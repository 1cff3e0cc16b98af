import { expect, test } from "vitest";
import { toJson } from "../src/to-json.ts";

test.each<[name: string, value: unknown, json: string]>([
  ["a moment is ISO text", { at: 0 }, '{"at":"1970-01-01T00:00:00.000Z"}'],
  ["also deep inside", { a: [{ until: 1 }] }, '{"a":[{"until":"1970-01-01T00:00:00.001Z"}]}'],
  [
    "a moment that no date can have stays a number",
    { until: 1e18 },
    '{"until":1000000000000000000}',
  ],
  ["text stays text", { at: "noon" }, '{"at":"noon"}'],
  ["other numbers stay numbers", { count: 3 }, '{"count":3}'],
])("%s", (_, value, json) => {
  expect(toJson(value)).toBe(json);
});
