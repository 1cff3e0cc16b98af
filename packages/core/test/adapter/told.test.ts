// What a model is told about the results of its calls.
import { expect, test } from "vitest";
import { withNotes, type Told } from "../../src/adapter/index.ts";

const told: Told = new Map([["a", { text: "as before", inPlace: false }]]);

/** Requests whose messages are ids of calls. */
const noted = (ids: readonly string[], notes: Told) =>
  withNotes(ids, notes, (id, noteOf) => [id, noteOf(id)?.text].filter(Boolean).join(": "));

test.for<readonly [string, readonly string[], readonly string[]]>([
  ["a result that guard has a note on", ["a", "b"], ["a: as before", "b"]],
  ["ids that repeat: the latest", ["a", "b", "a"], ["a", "b", "a: as before"]],
  ["other results", ["b"], ["b"]],
])("a note stands with %s", ([, ids, read]) => {
  expect(noted(ids, told)).toEqual(read);
});

test("a request without notes stays as it is", () => {
  const ids = ["a"];
  expect(noted(ids, new Map())).toBe(ids);
});
