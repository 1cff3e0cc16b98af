import { describe, expect, test } from "vitest";
import { createBreaker } from "../../src/breaker/breaker.ts";
import { only, play, times } from "../support/script.ts";

/** A tool asked `count` different questions. */
const asking = (count: number, answer: string, tool = "find") =>
  Array.from({ length: count }, (_, index) => `${tool}:q${index}${answer}`).join(" ");

const allowed = (count: number) => times(count, ".");

const runs: readonly (readonly [shows: string, run: string, verdicts: string])[] = [
  [
    "the same empty answer to ever other questions",
    asking(16, "=[]"),
    `${allowed(6)} ${times(6, "w")} ${times(4, "b")}`,
  ],
  ["the same failure", asking(14, "!403"), `${allowed(6)} ${times(6, "w")} b b`],
  ["an answer that says nothing is there", asking(7, "=null"), `${allowed(6)} w`],
  ["an answer that says something", asking(20, "=ok"), allowed(20)],
  [
    "of a tool that nothing is known of",
    asking(13, "=[]", "use"),
    `${allowed(6)} ${times(6, "w")} b`,
  ],
  ["of a tool that mutates", asking(20, "=[]", "delete"), allowed(20)],
  ["of a tool that polls", asking(20, "=[]", "job_status"), allowed(20)],
  ["the same question again adds none", times(20, "find:A=[]"), allowed(20)],
  [
    "another answer starts anew",
    `${asking(6, "=[]")} find:X=1 ${asking(6, "=[]")} find:Y=[]`,
    `${allowed(6)} w ${allowed(6)} w`,
  ],
  [
    "a batch is one attempt",
    `${asking(7, "=[]").replaceAll(" ", "+")} ${asking(6, "=[]")} find:X=[]`,
    `....... ${allowed(7)}`,
  ],
  [
    "one other answer in a batch is a change",
    `${asking(6, "=[]")} find:X=[]+find:Y=1 find:Z=[]`,
    `${allowed(6)} ww .`,
  ],
  [
    "what another tool finds lets one question through",
    `${asking(12, "=[]")} find:X=[] look:A=1 find:Y=[] find:Z=[]`,
    `${allowed(6)} ${times(6, "w")} b . w b`,
  ],
  ["tools are counted apart", `${asking(4, "=[]")} ${asking(4, "=[]", "search")}`, allowed(8)],
];

describe("the same answer to ever other arguments", () => {
  test.for(runs)("%s", ([, run, verdicts]) => {
    expect(play(createBreaker({ rules: only("churn") }), run)).toBe(verdicts);
  });
});
