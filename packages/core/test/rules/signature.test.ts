import { describe, expect, test } from "vitest";
import { createBreaker } from "../../src/breaker/breaker.ts";
import { play, times } from "../support/script.ts";

const strictRuns: readonly (readonly [shows: string, run: string, verdicts: string])[] = [
  ["opens at the third identical call", "A=1 A=1 A=1", ". . O"],
  ["whatever came back", "A=1 A=2 A=3", ". . O"],
  ["not in a row", "A=1 B=1 A=2 C=1 A=3", ". . . . O"],
  ["through different agents of one crew", "a>A=1 b>A=1 c>A=1", ". . O"],
  ["another user message does not help", '"one" A=1 A=2 "two" A=3', ". . O"],
  ["one answer counts once", "A=1+A=1+A=1 A=1+A=1", "... .."],
  ["tools repeated on purpose are outside", times(5, "job_status:J=1"), ". . . . ."],
];

describe("the classic counter", () => {
  test.for(strictRuns)("strict: %s: %s", ([, run, verdicts]) => {
    expect(play(createBreaker({ preset: "strict" }), run)).toBe(verdicts);
  });

  test("balanced: only warns, from the eighth on", () => {
    const changing = Array.from({ length: 10 }, (_, day) => `A=${"abcdefghij"[day]}`).join(" ");
    expect(play(createBreaker(), changing)).toBe(". . . . . . . w w w");
  });

  test("calls that were refused are not counted", () => {
    const breaker = createBreaker({
      rules: { signature: { warn: 5 }, "no-progress": { open: 9 } },
    });
    expect(play(breaker, "A=1 A=1 A=1 A=1 A=1 B=1 A=1 A=2")).toBe(". . w b b . . w");
  });

  test("exempt tools are not counted", () => {
    const breaker = createBreaker({ preset: "strict", tools: { use: { policy: "exempt" } } });
    expect(play(breaker, "A=1 A=1 A=1 A=1")).toBe(". . . .");
  });
});
