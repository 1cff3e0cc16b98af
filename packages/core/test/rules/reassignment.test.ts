import { describe, expect, test } from "vitest";
import { createBreaker } from "../../src/breaker/breaker.ts";
import { only, play, times } from "../support/script.ts";

const runs: readonly (readonly [shows: string, run: string, verdicts: string])[] = [
  ["the same task to the same agent", times(4, "a>>b=fix,login"), ". w b O"],
  ["to whomever", "a>>b=fix,login a>>c=fix,login a>>d=fix,login a>>e=fix,login", ". w b O"],
  ["by whomever", "a>>b=fix,login b>>c=fix,login c>>d=fix,login", ". w b"],
  ["after its result was rejected", times(3, "a>>b=fix,login b>>a=done"), ". . w . b ."],
  [
    "however much is handed over between",
    "a>>b=fix,login a>>b=read,mail a>>b=book,flight a>>b=fix,login",
    ". . . w",
  ],
  [
    "to several at once is one time",
    "a>>b=fix,login+c=fix,login+d=fix,login a>>b=fix,login+c=fix,login",
    "... ww",
  ],
  ["case and small words do not matter", "a>>b=fix,login a>>b=Please,fix,the,login", ". w"],
  [
    "one other word is another task",
    "a>>b=fix,login,page a>>b=fix,logout,page a>>b=fix,help,page",
    ". . .",
  ],
  ["a task that says nothing", times(5, "a>>b="), times(5, ".")],
  [
    "another user message starts anew",
    '"one" a>>b=fix,login a>>b=fix,login "two" a>>b=fix,login',
    ". w .",
  ],
];

describe("the same task given out again", () => {
  test.for(runs)("%s: %s", ([, run, verdicts]) => {
    expect(play(createBreaker({ rules: only("reassignment") }), run)).toBe(verdicts);
  });
});
