import { describe, expect, test } from "vitest";
import { createBreaker } from "../../src/breaker/breaker.ts";
import { only, play, times } from "../support/script.ts";

/** `step` after each of `count` readings of something new. */
const between = (count: number, step: string) =>
  Array.from({ length: count }, (_, index) => `read:new${index}=x ${step}`).join(" ");

const runs: readonly (readonly [shows: string, run: string, verdicts: string])[] = [
  ["the same in a row", times(9, "read:A=1"), ". . . . w w b b O"],
  [
    "the same success between ever new readings",
    between(9, "read:A=1"),
    `${times(9, ".")} ${times(4, "w .")} w`,
  ],
  [
    "the same failure between ever new readings",
    between(8, "read:A!e"),
    ". . . . . . . . . w . w . b . b",
  ],
  ["a failure repeats as well", times(7, "read:A!e"), ". . . . w w b"],
  [
    "another outcome starts anew",
    `B=1 ${times(4, "read:A=1")} B=1 ${times(5, "read:A=2")}`,
    ". . . . . . w . . . w",
  ],
  [
    "one that has changed by itself is a source",
    `read:A=1 ${times(9, "read:A=2")}`,
    times(10, "."),
  ],
  ["a tool that nothing is known of", times(9, "A=1"), ". . . . w w b b O"],
  [
    "another success of it may have changed something",
    `${times(4, "read:A=1")} B=1 ${times(5, "read:A=1")}`,
    ". . . . . . . . . w",
  ],
  ["the same success again has not", `B=1 ${times(4, "read:A=1")} B=1 read:A=1`, ". . . . . . w"],
  ["nor has a failure", `${times(4, "read:A=1")} B!e read:A=1`, ". . . . . w"],
  ["a step may be made again and again", times(12, "click:A=ok"), times(12, ".")],
  [
    "the same edit in a row, whatever comes back",
    Array.from({ length: 11 }, (_, index) => `edit:E=line${"abcdefghijk"[index]}`).join(" "),
    ". . . . w w w w b b O",
  ],
  [
    "another call in between ends the row",
    Array.from({ length: 11 }, (_, i) => `edit:E=${"abcdefghijk"[i]} read:N${i}=1`).join(" "),
    times(22, "."),
  ],
  [
    "what nothing is known of may bring something else each time",
    Array.from({ length: 15 }, (_, index) => `A=${"abcdefghijklmno"[index]}`).join(" "),
    times(15, "."),
  ],
  [
    "the same edit made again is no change",
    times(6, "edit:E=ok test:T!red"),
    ". . . . . . . . w w w w",
  ],
  [
    "ever new edits and the same test",
    Array.from({ length: 10 }, (_, index) => `edit:E${index}=ok test:T!red`).join(" "),
    times(20, "."),
  ],
  ["looks are not counted", times(12, "read:A=running"), times(12, ".")],
  ["unseen outcomes count half", times(9, "read:A?"), ". . . . . . . . w"],
  ["identical calls of a round are one", times(5, "read:A=1+read:A=1"), ".. .. .. .. ww"],
  [
    "waiting, polling and paging are outside",
    times(7, "wait:A=1 job_status:A=1 next:A=1"),
    times(21, "."),
  ],
  ["another user message starts anew", `"one" ${times(4, "read:A=1")} "two" read:A=1`, ". . . . ."],
  ["each agent has its own count", times(4, "read:A=1 x>read:A=1"), times(8, ".")],
];

describe("the same call with the same outcome", () => {
  test.for(runs)("%s: %s", ([, run, verdicts]) => {
    expect(play(createBreaker({ rules: only("repeat") }), run)).toBe(verdicts);
  });
});
