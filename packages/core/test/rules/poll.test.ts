import { describe, expect, test } from "vitest";
import { createBreaker } from "../../src/breaker/breaker.ts";
import { play, times } from "../support/script.ts";

const rules = { poll: { warn: 2, block: 4, open: 6 } };

const runs: readonly (readonly [shows: string, run: string, verdicts: string])[] = [
  ["an unchanged answer", times(7, "job_status:J=queued"), ". . w w b b O"],
  ["waiting", times(7, "wait:5=ok"), ". . w w b b O"],
  [
    "a changed answer starts anew",
    "job_status:J=q job_status:J=q job_status:J=r job_status:J=r job_status:J=r",
    ". . w . w",
  ],
  [
    "a changed digit is a change",
    "job_status:J=1 job_status:J=2 job_status:J=3 job_status:J=4 job_status:J=5",
    ". . . . .",
  ],
  [
    "two jobs are counted apart",
    "job_status:J=q job_status:K=q job_status:J=q job_status:K=q",
    ". . . .",
  ],
  [
    "a wait during which something else brings news",
    "wait:5=ok A=1 wait:5=ok B=1 wait:5=ok C=1 wait:5=ok D=1 wait:5=ok E=1 wait:5=ok F=1 wait:5=ok",
    ". . . . w . w . w . w . w",
  ],
  ["unseen answers count half", times(6, "job_status:J?"), ". . . . w w"],
  ["another user message starts anew", `"one" ${times(3, "wait:5=ok")} "two" wait:5=ok`, ". . w ."],
];

describe("polling and waiting", () => {
  test.for(runs)("%s: %s", ([, run, verdicts]) => {
    expect(play(createBreaker({ rules }), run)).toBe(verdicts);
  });

  test("the default warns at 10, blocks at 20 and opens at the tenth refusal", () => {
    const verdicts = play(createBreaker(), times(31, "job_status:J=q")).split(" ");
    const first = (letter: string) => verdicts.indexOf(letter) + 1;
    expect([first("w"), first("b"), first("O")]).toEqual([11, 21, 31]);
  });
});
