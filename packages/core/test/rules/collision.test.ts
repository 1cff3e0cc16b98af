import { describe, expect, test } from "vitest";
import { createBreaker } from "../../src/breaker/breaker.ts";
import { only, play, times } from "../support/script.ts";

const runs: readonly (readonly [shows: string, run: string, verdicts: string])[] = [
  ["while one is under way", "A~ A=1", ". w"],
  ["in another agent", "A~ x>A=1", ". w"],
  ["and another one", "A~ A~ A~ B=1", ". w w ."],
  ["when it has come back", "A=1 A=1 A=1", ". . ."],
  ["one answer may ask twice", "A~+A~", ".."],
  ["other arguments", "A~ B~ C~", ". . ."],
  ["another tool", "A~ look:A~", ". ."],
  ["it only warns", times(20, "A~"), `. ${times(19, "w")}`],
];

describe("the same call while the first has not come back", () => {
  test.for(runs)("%s: %s", ([, run, verdicts]) => {
    expect(play(createBreaker({ rules: only("collision") }), run)).toBe(verdicts);
  });
});
