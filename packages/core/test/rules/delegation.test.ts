import { describe, expect, test } from "vitest";
import { createBreaker } from "../../src/breaker/breaker.ts";
import type { GuardOptions } from "../../src/options/guard-options.ts";
import { only, play, times } from "../support/script.ts";

const ten = "one,two,three,four,five,six,seven,eight,nine,ten";

/** Tasks that are not near each other. */
const tasks = ["read,mail", "write,report", "book,flight", "call,ada", "draw,chart", "sum,rows"];
const others = (from: string, to: string, count: number) =>
  tasks
    .slice(0, count)
    .map((task) => `${from}>>${to}=${task}`)
    .join(" ");

type Runs = readonly (readonly [shows: string, run: string, verdicts: string])[];

const near: Runs = [
  ["the same task to the same agent", times(5, "a>>b=fix,login"), ". w b b O"],
  ["which has failed each time", times(5, "a>>b=fix,login!no"), ". w b b O"],
  ["which has said the same each time", times(4, "a>>b=fix,login=done"), ". . w b"],
  [
    "which has said something else each time",
    "a>>b=fix,login=one a>>b=fix,login=two a>>b=fix,login=three a>>b=fix,login=four",
    ". . . .",
  ],
  [
    "whose tools have found something new each time",
    "a>>b=fix,login b>A=1 a>>b=fix,login b>B=1 a>>b=fix,login b>C=1 a>>b=fix,login",
    ". . . . . . .",
  ],
  [
    "whose tools have found the same each time",
    "a>>b=fix,login b>A=1 a>>b=fix,login b>A=1 a>>b=fix,login b>A=1 a>>b=fix,login",
    ". . . . w . b",
  ],
  [
    "which has answered in other words, or in the same",
    "a>>b=fix,login b>'one' a>>b=fix,login b>'two' a>>b=fix,login b>'two' a>>b=fix,login",
    ". . . . . . w",
  ],
  [
    "a task that is nearly the same may be the next item, where nothing was heard",
    `a>>b=${ten} a>>b=${ten},again a>>b=${ten},again,now`,
    ". . .",
  ],
  [
    "where the agent was heard it is the same",
    `a>>b=${ten} b>'hi' a>>b=${ten},again a>>b=${ten},again,now`,
    ". . . w",
  ],
  [
    "the order of words, case and small words do not matter",
    "a>>b=fix,login a>>b=Please,FIX,the,login",
    ". w",
  ],
  ["other tasks to the same agent", others("a", "b", 6), ". . . . . ."],
  ["a task that says nothing", times(6, "a>>b="), ". . . . . ."],
  [
    "counts where the agent was heard to bring nothing",
    "a>>b= b>'hi' a>>b= b>'hi' a>>b= b>'hi' a>>b=",
    ". . . . w . b",
  ],
  ["the number of the attempt does not matter", "a>>b=fix,login a>>b=fix,login,retry:2", ". w"],
  ["the same task to another agent", "a>>b=fix,login a>>c=fix,login a>>d=fix,login", ". . ."],
  [
    "back up the chain with the same task",
    "a>>b=fix,login b>>a=fix,login a>>b=fix,login b>>a=fix,login",
    ". w b w",
  ],
  [
    "round three agents",
    "a>>b=fix,login b>>c=fix,login c>>a=fix,login a>>b=fix,login b>>c=fix,login",
    ". . b w w",
  ],
  ["a chain that passes one task down", "a>>b=fix,login b>>c=fix,login c>>d=fix,login", ". . ."],
  [
    "back with a result, and forth with another task",
    "a>>b=read,mail b>>a=mail,says,yes a>>b=book,flight",
    ". . .",
  ],
  [
    "results that are worded alike",
    "a>>b=x b>>a=done a>>b=x b>>a=done a>>b=x b>>a=done a>>b=x",
    ". . w . b . b",
  ],
  [
    "eleven hand-offs ago",
    `a>>b=fix,login ${others("a", "c", 6)} ${others("a", "d", 4)} a>>b=fix,login`,
    times(12, "."),
  ],
  [
    "ten hand-offs ago",
    `a>>b=fix,login ${others("a", "c", 6)} ${others("a", "d", 3)} a>>b=fix,login`,
    `${times(10, ".")} w`,
  ],
  ["a delegating tool is no hand-off unless it is declared", times(5, "ask:A=1"), times(5, ".")],
  [
    "another user message starts anew",
    '"one" a>>b=fix,login a>>b=fix,login "two" a>>b=fix,login',
    ". w .",
  ],
];

const depth: Runs = [
  ["agents below agents", "a>>b=t b>>c=t c>>d=t d>>e=t e>>f=t", ". . . w w"],
  [
    "the eighth ends it",
    "a>>b=t b>>c=t c>>d=t d>>e=t e>>f=t f>>g=t g>>h=t h>>i=t",
    ". . . w w w w O",
  ],
  [
    "an agent at work already is counted once: three that go round stay three",
    "a>>b=t1 b>>c=t2 c>>a=t3 a>>b=t4 b>>c=t5 c>>a=t6 a>>b=t7 b>>c=t8 c>>a=t9",
    times(9, "."),
  ],
  ["side by side is not below", times(10, "a>>b=t"), times(10, ".")],
  [
    "back to the first, whatever was below",
    "a>>b=t b>>c=t c>>d=t a>>e=t e>>f=t f>>g=t",
    ". . . . . .",
  ],
  ["a return goes up again", "a>>b=x b>>c=y c>>d=z d>>c=done c>>e=v", ". . . . ."],
];

const pair: Runs = [
  ["the same pair, whatever the task", others("a", "b", 3), ". w O"],
  ["the way back is another pair", "a>>b=x b>>a=done a>>b=y b>>a=done", ". . w ."],
  ["other agents", "a>>b=x a>>c=x a>>d=x a>>e=x", ". . . ."],
];

const played = (options: GuardOptions, run: string) => play(createBreaker(options), run);

describe("the same task again, with nothing come of it", () => {
  test.for(near)("%s: %s", ([, run, verdicts]) => {
    expect(played({ rules: only("delegation") }, run)).toBe(verdicts);
  });

  test("a tool that is declared to delegate hands over its arguments", () => {
    const tools = { ask: { policy: "delegate" } } as const;
    expect(played({ rules: only("delegation"), tools }, times(5, "ask:login=1"))).toBe(". . w b b");
  });
});

describe("depth", () => {
  test.for(depth)("%s: %s", ([, run, verdicts]) => {
    expect(played({ rules: only("delegation-depth") }, run)).toBe(verdicts);
  });
});

describe("the same pair again, in the strict preset", () => {
  test.for(pair)("%s: %s", ([, run, verdicts]) => {
    expect(played({ preset: "strict", rules: only("delegation-pair") }, run)).toBe(verdicts);
  });

  test("the default leaves it alone", () => {
    expect(played({ rules: only("delegation-pair") }, others("a", "b", 6))).toBe(times(6, "."));
  });
});
