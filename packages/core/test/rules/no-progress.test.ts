import { describe, expect, test } from "vitest";
import { createBreaker } from "../../src/breaker/breaker.ts";
import type { GuardOptions } from "../../src/options/guard-options.ts";
import { play, times } from "../support/script.ts";

/** The same call again and again, and each result has an id of its own. */
const ids = (count: number) =>
  Array.from({ length: count }, (_, index) => `A=id,a1b2c3d${index}`).join(" ");

/** Each row: what it shows, the run, and the verdict of each call (`.` allow, `w` warn, `b` block, `O` open). */
const runs: readonly (readonly [shows: string, run: string, verdicts: string])[] = [
  ["the same again", "A=1 A=1 A=1 A=1 A=1 A=1", ". . w b b O"],
  ["two in turn", "A=1 B=1 A=1 B=1 A=1 B=1 A=1", ". . . w b b O"],
  ["three in turn", "A=1 B=1 C=1 A=1 B=1 C=1 A=1 B=1", ". . . . w b b O"],
  [
    "shuffled",
    "look:A=1 look:B=1 look:C=1 look:C=1 look:A=1 look:B=1 look:A=1 look:C=1",
    ". . . . w b b O",
  ],
  ["a failure that repeats is no news either", "A!e A!e A!e A!e A!e A!e", ". . w b b O"],
  ["the same text as success and as failure", "A=1 B=1 A!1 B=1 A=1 A=1", ". . . . w b"],

  ["a new call passes during a block", "A=1 A=1 A=1 A=1 B=1 A=1 A=1 A=1", ". . w b . . w b"],
  ["news ends the streak", "A=1 A=1 A=1 B=1 A=1 A=1 A=1", ". . w . . w b"],
  ["a changed result is news", "A=1 B=1 B=1 A=x A=x A=x", ". . . w . w"],
  ["one that changes by itself makes its call a look", "A=1 A=1 A=x A=x A=x A=x", ". . w . . ."],
  [
    "news ends the refused rounds",
    "A=1 A=1 A=1 A=1 A=1 B=1 A=1 A=1 A=1 A=1 A=1",
    ". . w b b . . w b b O",
  ],
  ["a result seen in between is no news", "A=x B=1 A=y B=1 A=x B=1 A=y", ". . . . w b b"],
  ["a coin is a source", "A=x A=y A=x A=y A=x A=y A=x", times(7, ".")],

  ["another number is news", "A=1 A=2 A=3 A=4 A=5 A=6 A=7", times(7, ".")],
  ["another id counts half", ids(8), ". . . w w b b O"],
  ["in a failure every number is passed over", "A!1 A!2 A!3 A!4 A!5 A!6", ". . w b b O"],
  ["what passes by itself is left to the rule `error`", times(8, "A!429"), ". . . w w w b b"],
  ["unseen outcomes count half", "A? A? A? A? A? A? A? A?", ". . . w w b b O"],
  ["an unseen outcome after a seen one is new once", "A=1 A? A? A? A? A?", ". . . . w w"],

  ["a parallel answer is one round", "A=1+B=1+C=1 A=1+B=1+C=1 A=1+B=1+C=1", "... ... www"],
  ["identical calls of one answer are one", "A=1+A=1 A=1+A=1 A=1+A=1 A=1+A=1", ".. .. ww bb"],
  ["one new call makes the round new", "A=1 A=1+B=1 A=1+C=1 A=1+D=1 A=1", ". .. .. .. ."],
  ["a round is refused in part", "A=1 A=1 A=1 A=1+B=1 A=1 A=1 A=1", ". . w b. . w b"],
  [
    "refusals of one round count once",
    "A=1+B=1 A=1+B=1 A=1+B=1 A=1+B=1 A=1+B=1 A=1+B=1",
    ".. .. ww bb bb OO",
  ],
  ["what opens refuses its whole round", "A=1 A=1 A=1 A=1 A=1 A=1+B=1", ". . w b b OO"],

  [
    "another user message starts a turn",
    '"one" A=1 A=1 A=1 "two" A=1 A=1 A=1 A=1',
    ". . w . . w b",
  ],
  ["whatever its text", '"one" A=1 A=1 A=1 "one" A=1 A=1 A=1', ". . w . . w"],
  ["or none at all", '"" A=1 A=1 A=1 "" A=1 A=1 A=1', ". . w . . w"],
  [
    "a turn forgives what was refused",
    '"one" A=1 A=1 A=1 A=1 A=1 "two" A=1 A=1 A=1 A=1',
    ". . w b b . . w b",
  ],

  [
    "one agent's progress hides no other's loop",
    "A=1 x>B=1 A=1 x>C=1 A=1 x>D=1 A=1",
    ". . . . w . b",
  ],
  ["what a colleague has read is news to the reader", "A=1 x>A=1 x>A=1 x>A=1", ". . . w"],

  ["a call still running when the next round begins is unseen", "A~ A~ A~ A~ A~ A~", ". w w w w b"],

  [
    "what only says that it is done counts half: what it did is seen elsewhere",
    times(8, "write:A=ok"),
    ". . . w w b b O",
  ],
  ["so does what nothing is known of", times(8, "A=done"), ". . . w w b b O"],
  ["a reading that says ok has been read", times(6, "read:A=ok"), ". . w b b O"],
  ["any other word is more than that", times(6, "A=x"), ". . w b b O"],

  [
    "after a change in the world an old question is new",
    "look:A=1 B=1 B=1 B=1 look:A=1 look:A=1",
    ". . . w w b",
  ],
  ["after the same change again it is not", "B=1 look:A=1 B=1 look:A=1 look:A=1", ". . . w b"],
  [
    "what was changed by a tool known to mutate makes it new to all agents",
    "look:A=1 look:A=1 look:A=1 x>edit:E=ok look:A=1 look:A=1",
    ". . w . w b",
  ],
  ["by any other only to the own", "look:A=1 look:A=1 look:A=1 x>use:E=ok look:A=1", ". . w . b"],
  ["what reads changes nothing", "look:A=1 look:B=1 look:B=1 look:B=1 look:A=1", ". . . w b"],

  [
    "what is written for the agent alone is no news",
    "look:A=1 think:A=ok look:A=1 think:B=ok look:A=1 think:C=ok look:A=1",
    ". . . . w . b",
  ],
  ["but it speaks for no loop either", "think:A=ok think:B=ok think:C=ok think:D=ok", ". . . ."],
  ["the same thought again is", times(5, "think:A=ok"), ". . w b b"],
  ["steps are outside the rule", times(9, "click:A=ok"), times(9, ".")],
  ["waiting is outside the rule", "wait:A=1 wait:A=1 wait:A=1 wait:A=1 wait:A=1", ". . . . ."],
  ["and does not end a streak", "A=1 A=1 A=1 wait:A=1 A=1", ". . w . ."],
  [
    "a poll whose answer repeats is no step",
    "A=1 A=1 job_status:J=q A=1 job_status:J=q A=1",
    ". . . . . w",
  ],
];

describe("rounds without news", () => {
  test.for(runs)("%s: %s", ([, run, verdicts]) => {
    expect(play(createBreaker(), run)).toBe(verdicts);
  });
});

describe("what options change", () => {
  const rows: readonly (readonly [string, GuardOptions, string, string])[] = [
    ["exempt tools", { tools: { use: { policy: "exempt" } } }, "A=1 A=1 A=1 A=1 A=1", ". . . . ."],
    ["switched off", { rules: { "no-progress": false } }, "A=1 A=1 A=1 A=1", ". . . ."],
    [
      "another threshold",
      { rules: { "no-progress": { block: 3, open: 5 } } },
      "A=1 A=1 A=1 A=1 A=1 A=1 A=1",
      ". . w w b b O",
    ],
    [
      "never opens",
      { rules: { "no-progress": { open: false } } },
      "A=1 A=1 A=1 A=1 A=1 A=1 A=1",
      ". . w b b b b",
    ],
  ];
  test.for(rows)("%s", ([, options, run, verdicts]) => {
    expect(play(createBreaker(options), run)).toBe(verdicts);
  });
});

describe("results that come after the next round has begun", () => {
  const late = { kind: "tool", tool: "use", args: "A" } as const;
  const rules = { "no-progress": { block: 3, open: 9 }, collision: false, repeat: false } as const;

  test("bring their news: the streak ends", () => {
    const breaker = createBreaker({ rules });
    play(breaker, "A? A? A?");
    const [{ token }] = breaker.agent("a").admitSync([late]);
    expect(play(breaker, "A~")).toBe("w");
    const settlement = breaker.agent("a").settleSync(token, { status: "success", result: "news" });
    expect(settlement).toEqual({ applied: true });
    expect(play(breaker, "A?")).toBe(".");
  });

  test("without news they are no further evidence", () => {
    const breaker = createBreaker({ rules });
    play(breaker, "A=1 A? A=1 A?");
    const [{ token }] = breaker.agent("a").admitSync([late]);
    expect(play(breaker, "A?")).toBe("w");
    breaker.agent("a").settleSync(token, { status: "success", result: "1" });
    expect(play(breaker, "A=1 A=1")).toBe("w b");
  });
});

test("the finding names rule, count, limit, agent, tool and the loop's signatures", () => {
  const breaker = createBreaker();
  play(breaker, "A=1 B=1 A=1 B=1");
  const [decision] = breaker.agent("a").admitSync([{ kind: "tool", tool: "use", args: "A" }]);
  expect(decision.findings).toEqual([
    {
      rule: "no-progress",
      reason: "loop",
      verdict: "block",
      count: 2,
      limit: 2,
      agent: "a",
      tool: "use",
      cure: 'tools: { use: { policy: "polling" } }',
      cost: { calls: 2, tokens: 0, usd: 0 },
      signatures: [
        expect.stringMatching(/^[0-9a-f]{24}$/),
        expect.stringMatching(/^[0-9a-f]{24}$/),
      ],
    },
  ]);
});
