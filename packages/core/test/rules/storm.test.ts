import { describe, expect, test } from "vitest";
import { createBreaker } from "../../src/breaker/breaker.ts";
import { only, play, times } from "../support/script.ts";

const failing = (errors: string, tool = "use") =>
  Array.from(errors, (error) => `${tool}:A${error}!${error}`).join(" ");

const runs: readonly (readonly [shows: string, run: string, verdicts: string])[] = [
  ["one error after another", failing("abcdefghijklm"), ". . . . w w w w b b b b O"],
  ["the same error", times(13, "A!e"), ". . . . w w w w b b b b O"],
  ["a success ends it", `${failing("abcd")} A=1 ${failing("abcde")}`, ". . . . w . . . . w"],
  ["of another tool as well", `${failing("abcd")} look:A=1 ${failing("abcd")}`, times(9, ".")],
  [
    "another tool that fails starts anew",
    `${failing("abcd")} look:A!e ${failing("abcd")}`,
    times(9, "."),
  ],
  ["tools in turn", times(8, "A!e look:A!e"), times(16, ".")],
  ["a batch counts once", times(5, "A!a+B!b+C!c"), "... ... ... ... www"],
  ["a batch with one success ends it", `${failing("abcd")} A!a+B=1 A!a`, ". . . . ww ."],
  ["each agent has its own count", times(4, "A!e x>A!e"), times(8, ".")],
];

describe("a tool that fails again and again", () => {
  test.for(runs)("%s: %s", ([, run, verdicts]) => {
    expect(play(createBreaker({ rules: only("storm") }), run)).toBe(verdicts);
  });
});
