import { describe, expect, test } from "vitest";
import { createBreaker } from "../../src/breaker/breaker.ts";
import { play, times } from "../support/script.ts";

const strictRuns: readonly (readonly [shows: string, run: string, verdicts: string])[] = [
  ["opens at the third identical call", "A=1 A=1 A=1", ". . O"],
  ["whatever came back, while others act between", "A=1 B=1 A=2 B=1 A=3", ". . . . O"],
  ["what changes by itself as well", "A=1 A=2 A=3", ". . O"],
  ["and a job that is not done yet", times(3, "get_job:J=pending"), ". . O"],
  ["not in a row", "A=1 B=1 A=2 C=1 A=3", ". . . . O"],
  ["through different agents of one crew", "a>A=1 b>A=1 c>A=1", ". . O"],
  ["another user message starts anew", '"one" A=1 A=1 "two" A=1 A=1', ". . . ."],
  ["one answer counts once", "A=1+A=1+A=1 A=1+A=1", "... .."],
  ["tools repeated on purpose are outside", times(5, "job_status:J=1"), ". . . . ."],
];

describe("the classic counter", () => {
  test.for(strictRuns)("strict: %s: %s", ([, run, verdicts]) => {
    expect(play(createBreaker({ preset: "strict" }), run)).toBe(verdicts);
  });

  test("balanced: only warns, from the eighth on", () => {
    const changing = Array.from({ length: 10 }, (_, day) => `A=${"abcdefghij"[day]} B${day}=1`);
    const verdicts = Array.from({ length: 10 }, (_, day) => (day < 7 ? ". ." : "w ."));
    expect(play(createBreaker(), changing.join(" "))).toBe(verdicts.join(" "));
  });

  test("calls that were refused are not counted", () => {
    const breaker = createBreaker({
      rules: { signature: { warn: 5 }, "no-progress": { open: 9 } },
    });
    expect(play(breaker, "A=1 A=1 A=1 A=1 A=1 B=1 A=1 A=1")).toBe(". . w b b . . w");
  });

  test("exempt tools are not counted", () => {
    const breaker = createBreaker({ preset: "strict", tools: { use: { policy: "exempt" } } });
    expect(play(breaker, "A=1 A=1 A=1 A=1")).toBe(". . . .");
  });
});
