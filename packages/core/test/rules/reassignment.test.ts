import { describe, expect, test } from "vitest";
import { createBreaker } from "../../src/breaker/breaker.ts";
import { fixture } from "../support/breakers.ts";
import { only, play, times } from "../support/script.ts";

const runs: readonly (readonly [shows: string, run: string, verdicts: string])[] = [
  ["the same task to the same agent", times(5, "a>>b=fix,login"), ". w b b O"],
  ["which has said the same each time", times(4, "a>>b=fix,login=done"), ". . w b"],
  [
    "which has said something else each time",
    "a>>b=fix,login=one a>>b=fix,login=two a>>b=fix,login=three",
    ". . .",
  ],
  [
    "several agents that are asked once each are a panel",
    "a>>b=fix,login=one a>>c=fix,login=two a>>d=fix,login a>>e=fix,login=four",
    ". . . .",
  ],
  [
    "to another agent after each has failed",
    "a>>b=fix,login!no a>>c=fix,login!no a>>d=fix,login!no a>>e=fix,login",
    ". w b b",
  ],
  [
    "or has said that there is nothing",
    "a>>b=fix,login=[] a>>c=fix,login=[] a>>d=fix,login=[]",
    ". w b",
  ],
  [
    "one failure before a result",
    "a>>b=fix,login!no a>>c=fix,login=done a>>d=fix,login=done",
    ". w .",
  ],
  ["passed on by each to the next", "a>>b=fix,login b>>c=fix,login c>>d=fix,login", ". . ."],
  [
    "passed on after failures, by whomever",
    "a>>b=fix,login!no b>>c=fix,login!no c>>d=fix,login",
    ". w b",
  ],
  [
    "after its result was rejected",
    times(4, "a>>b=fix,login b>>a=done").replace(/ \S+$/, ""),
    ". . w . b . b",
  ],
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
  ["the number of the attempt neither", "a>>b=fix,login a>>b=fix,login,attempt,2", ". w"],
  [
    "new words alone are little",
    Array.from({ length: 18 }, (_, i) => `a>>b=fix,login=draft${"abcdefghijklmnopqr"[i]}`).join(
      " ",
    ),
    `${times(8, ".")} ${times(8, "w")} b b`,
  ],
  [
    "work of the agent in between begins anew",
    Array.from({ length: 20 }, (_, i) => `a>>b=fix,login=draft${i} b>A${i}=x`).join(" "),
    times(40, "."),
  ],
  ["a task that says nothing", times(5, "a>>b="), times(5, ".")],
  [
    "another user message starts anew",
    '"one" a>>b=fix,login a>>b=fix,login "two" a>>b=fix,login',
    ". w .",
  ],
];

const times3 = (verdict: string) => [verdict, verdict, verdict];

describe("the same task given out again", () => {
  test.for(runs)("%s: %s", ([, run, verdicts]) => {
    expect(play(createBreaker({ rules: only("reassignment") }), run)).toBe(verdicts);
  });

  test.for<readonly [string, ids: readonly string[], verdicts: readonly string[]]>([
    ["one id is one task, in whatever words", ["t", "t", "t"], ["allow", "warn", "block"]],
    ["ever other ids are other tasks, in the same words", ["t", "u", "v"], times3("allow")],
  ])("%s", ([, ids, verdicts]) => {
    const { lane } = fixture({ rules: only("reassignment") });
    const isOne = new Set(ids).size === 1;
    const told = ids.map((taskId, n) => {
      const task = isOne ? `Look into ${"abc"[n]}` : "Look into it";
      const [{ token, verdict }] = lane.admitSync([{ kind: "delegation", to: "b", task, taskId }]);
      lane.settleSync(token, { status: "success" });
      return verdict;
    });
    expect(told).toEqual(verdicts);
  });
});
