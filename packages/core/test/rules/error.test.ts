import { describe, expect, test } from "vitest";
import { createBreaker } from "../../src/breaker/breaker.ts";
import { only, play, times } from "../support/script.ts";

/** A tool asked `count` different questions, all with the same error. */
const other = (count: number, error: string) =>
  Array.from({ length: count }, (_, index) => `A${index}!${error}`).join(" ");

const runs: readonly (readonly [shows: string, run: string, verdicts: string])[] = [
  ["the same question again", times(9, "A!e"), ". . . w w w b b O"],
  [
    "a question that was never asked is refused twice as late",
    other(15, "e"),
    `. . . ${times(9, "w")} b b O`,
  ],
  ["one that was asked before is not", `${other(6, "e")} A0!e A9!e`, ". . . w w w b w"],
  [
    "what is not found under new names is refused four times as late",
    other(27, "404"),
    `. . . ${times(21, "w")} b b O`,
  ],
  ["under a known name it is an error like others", times(9, "A!404"), ". . . w w w b b O"],
  [
    "refusals of all questions are counted together",
    `${times(6, "A!e")} A!e A!e A!e`,
    ". . . w w w b b O",
  ],
  ["numbers in it do not matter", "A!line:1 B!line:22 C!line:3 D!line:4", ". . . w"],
  [
    "nor do the words of a layer that retries",
    "A!slow B!slow(attempt1) C!slow(retry:2) D!slow",
    ". . . w",
  ],
  ["another error starts anew", "A!e B!e C!e D!other E!other F!e", ". . . w . ."],
  ["a success of the tool clears it", "A!e B!e C!e D=1 E!e F!e G!e H!e", ". . . w . . . w"],
  ["one in a batch is enough", "A!e B!e C!e D!e+E=1 F!e", ". . . ww ."],
  ["a batch counts once", "A!e+B!e+C!e A!e+B!e+C!e A!e+B!e+C!e A!e", "... ... ... w"],
  ["a success of another tool does not", "A!e B!e C!e look:A=1 D!e", ". . . . w"],
  ["tools are counted apart", "A!e look:A!e B!e look:B!e C!e look:C!e D!e", ". . . . . . w"],
  [
    "after news one call is let through",
    `${times(6, "A!e")} A!e look:N=1 A!e A!e look:N=1 A!e`,
    ". . . w w w b . w b . b",
  ],
  [
    "with readings between, nothing is refused",
    Array.from({ length: 10 }, (_, index) => `read:N${index}=x A${index}!e`).join(" "),
    ". . . . . . . w . w . w . w . w . w . w",
  ],
  ["looks are not counted", times(12, "job_status:J!e"), times(12, ".")],
  ["each agent has its own count", "A!e x>A!e A!e x>A!e A!e x>A!e A!e", ". . . . . . w"],
  ["another user message starts anew", '"one" A!e A!e A!e "two" A!e', ". . . ."],
];

describe("the same tool with the same error", () => {
  test.for(runs)("%s: %s", ([, run, verdicts]) => {
    expect(play(createBreaker({ rules: only("error") }), run)).toBe(verdicts);
  });
});
