import { describe, expect, test } from "vitest";
import { createBreaker } from "../../src/breaker/breaker.ts";
import { only, play, times } from "../support/script.ts";

/** A tool that fails at another question each time, with another error each time. */
const failing = (errors: string, tool = "use") =>
  Array.from(errors, (error) => `${tool}:A${error}!${error}`).join(" ");

/** The same, and each error says that nothing is there. */
const missing = (count: number) =>
  Array.from({ length: count }, (_, index) => `A${index}!ENOENT:${index}`).join(" ");

const runs: readonly (readonly [shows: string, run: string, verdicts: string])[] = [
  [
    "one question after another is refused twice as late",
    failing("abcdefghijklmnopqrs"),
    `. . . . ${times(12, "w")} b b O`,
  ],
  [
    "what is not there, under new names, four times as late",
    missing(35),
    `. . . . ${times(28, "w")} b b O`,
  ],
  [
    "one that is there after all makes it a failure like others",
    `${missing(15)} A!e B!e`,
    `. . . . ${times(12, "w")} b`,
  ],
  [
    "what comes back as a result as well: a validator finds many faults",
    Array.from({ length: 35 }, (_, index) => `A${index}=Error:fault${index}`).join(" "),
    `. . . . ${times(28, "w")} b b O`,
  ],
  ["the same question", times(11, "A!e"), ". . . . w w w w b b O"],
  [
    "a question asked before, whatever failed in between",
    `${failing("abcdefgh")} use:Aa!a use:Ax!x`,
    ". . . . w w w w b w",
  ],
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
  ["looks are not counted", times(12, "job_status:J!e"), times(12, ".")],
  ["nor do they end it", `${failing("abcd")} job_status:J!e Ae!e`, ". . . . . w"],
  ["each agent has its own count", times(4, "A!e x>A!e"), times(8, ".")],
];

describe("a tool that fails again and again", () => {
  test.for(runs)("%s: %s", ([, run, verdicts]) => {
    expect(play(createBreaker({ rules: only("storm") }), run)).toBe(verdicts);
  });
});
