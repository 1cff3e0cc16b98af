// Each rule by itself: what the records say, and what the rule finds. Every ladder here warns at 2, blocks at 4 and opens at 8.
import { describe, expect, test } from "vitest";
import { noLoop, type Loop } from "../../src/evidence/loop.ts";
import { noLaneRecord, type SignatureRecord } from "../../src/evidence/records.ts";
import type { SignedCall } from "../../src/evidence/signed-call.ts";
import { taskFingerprint } from "../../src/evidence/task.ts";
import { reasonOf, rules } from "../../src/rules/index.ts";
import type { Known, RuleContext } from "../../src/rules/rule.ts";
import { ruleNames, type RuleName } from "../../src/vocabulary/call.ts";

const minute = 60_000;
const ladder = { warn: 2, block: 4, open: 8 };

/** A loop of so many times. Its calls and its cost are other figures, so that no test mixes them up. */
const loop = (count: number): Loop => ({
  count,
  calls: count + 100,
  spent: { tokens: count + 200, nanoUsd: count + 300 },
});

const call = (change: Partial<SignedCall> = {}): SignedCall => ({
  kind: "tool",
  tool: "search",
  signature: "s",
  policy: "read",
  ...change,
});

const record = (change: Partial<SignatureRecord> = {}): SignatureRecord => ({
  outcomes: [],
  last: { exact: "e", masked: "m" },
  world: 0,
  acts: 0,
  waits: 0,
  news: 0,
  mutations: 0,
  hasFailed: false,
  hasSucceeded: true,
  at: 0,
  isPending: false,
  isSource: false,
  same: noLoop,
  ...change,
});

const nothingKnown: Known = {
  signature: undefined,
  earlier: undefined,
  tool: undefined,
  streak: undefined,
  row: undefined,
  failures: undefined,
  answers: undefined,
  modelFailures: undefined,
  costs: undefined,
  inputTokens: undefined,
  shared: undefined,
  handoffs: { handoffs: { count: 0, chain: [], latest: [], tasks: new Map() }, agents: new Map() },
  pending: undefined,
  again: undefined,
};

/** Nothing has happened in the run before the call. */
const quiet = {
  lane: noLaneRecord,
  effects: 0,
  mutations: 0,
  takenBack: {},
  now: 0,
  twins: 0,
  refused: 0,
};

type Given = Omit<Partial<RuleContext>, "known"> & { readonly known?: Partial<Known> };

/** What the rule finds, in a few words: the verdict, the count and the limit. */
function found(name: RuleName, judgedCall: SignedCall, { known = {}, ...context }: Given): string {
  const rule = rules.find((one) => one.name === name)!;
  const judgement = rule.judge(judgedCall, {
    ...quiet,
    ladder,
    known: { ...nothingKnown, ...known },
    ...context,
  });
  if (judgement === undefined) return "nothing";
  const { verdict, count, limit, signatures, repeats } = judgement;
  const same =
    repeats === undefined
      ? ""
      : `, repeats ${repeats.map((r) => `${r.signature}=${r.exact}`).join(" ")}`;
  return `${verdict} ${count} of ${limit}, ${signatures.join(" ")}${same}`;
}

const withNews = { lane: { ...noLaneRecord, news: 1 } };
const many = loop(4);
const failing = { ...many, error: "e", isNotFound: false, news: 0, signature: "f" };
const failures = { ...many, tool: "search", areAnswers: false, news: 0, signature: "f" };
const question = taskFingerprint("find the red house in the old town");
const churning = {
  ...many,
  outcome: "o",
  kind: "refusing",
  question,
  paged: undefined,
  news: 0,
} as const;
const unchanged = { ...many, outcome: "m", patient: 2, news: 0, isShown: true };
const streak = {
  ...many,
  repeats: [
    { signature: "s", exact: "1" },
    { signature: "t", exact: "2" },
    { signature: "s", exact: "3" },
  ],
};
const repeats = "repeats s=1 t=2 s=3";
const done = { ...loop(1), effects: 0, takenBack: 0 };
const effect = (tool: string) => call({ tool, policy: "mutating" });

type Row = readonly [rule: RuleName, shows: string, call: SignedCall, given: Given, found: string];

const rows: readonly Row[] = [
  ["again", "no turn before", call(), {}, "nothing"],
  ["again", "four turns with the same end", call(), { known: { again: many } }, "block 4 of 4, "],
  [
    "again",
    "refused rounds don't count",
    call(),
    { known: { again: many }, refused: 9 },
    "block 4 of 4, ",
  ],

  [
    "churn",
    "another question",
    call({ question: taskFingerprint("buy milk") }),
    { known: { tool: { churning } } },
    "nothing",
  ],
  ["churn", "no bad answer", call({ question }), { known: { tool: {} } }, "nothing"],
  ["churn", "no record of the tool", call({ question }), {}, "nothing"],
  [
    "churn",
    "the same question",
    call({ question }),
    { known: { tool: { churning } } },
    "block 4 of 4, s",
  ],
  [
    "churn",
    "news since then",
    call({ question }),
    { known: { tool: { churning } }, ...withNews },
    "warn 4 of 2, s",
  ],
  [
    "churn",
    "only another page",
    call({ paged: "p" }),
    { known: { tool: { churning: { ...churning, kind: "page", paged: "p" } } } },
    "block 4 of 4, s",
  ],

  ["collision", "no call is under way", call(), {}, "nothing"],
  ["collision", "none any more", call(), { known: { pending: 0 } }, "nothing"],
  [
    "collision",
    "one is under way",
    call(),
    { known: { pending: 1 }, ladder: { ...ladder, warn: 1 } },
    "warn 1 of 1, s",
  ],
  ["collision", "four are under way", call(), { known: { pending: 4 } }, "block 4 of 4, s"],

  ["context", "no request before", call(), {}, "nothing"],
  ["context", "a request of 3 tokens", call(), { known: { inputTokens: 3 } }, "warn 3 of 2, "],
  [
    "context",
    "refused rounds don't count",
    call(),
    { known: { inputTokens: 7 }, refused: 9 },
    "block 7 of 4, ",
  ],

  ["drift", "no cost", call(), {}, "nothing"],
  ["drift", "five calls are too few", call(), { known: { costs: [1, 1, 1, 9, 9] } }, "nothing"],
  [
    "drift",
    "the later half costs three times more",
    call(),
    { known: { costs: [1, 2, 3, 4, 6, 8] } },
    "warn 3 of 2, ",
  ],
  [
    "drift",
    "of seven calls the one in the middle is left out",
    call(),
    { known: { costs: [1, 2, 3, 99, 4, 6, 8] } },
    "warn 3 of 2, ",
  ],
  [
    "drift",
    "the first calls were free",
    call(),
    { known: { costs: [0, 0, 0, 9, 9, 9] } },
    "nothing",
  ],
  [
    "drift",
    "refused rounds don't count",
    call(),
    { known: { costs: [1, 1, 1, 4, 4, 4] }, refused: 9 },
    "block 4 of 4, ",
  ],

  ["error", "the tool has not failed", call(), { known: { tool: {} } }, "nothing"],
  ["error", "no record of the tool", call(), {}, "nothing"],
  [
    "error",
    "a known question",
    call(),
    { known: { tool: { failing }, signature: record() } },
    "block 4 of 4, f",
  ],
  [
    "error",
    "a new question: twice as late",
    call(),
    { known: { tool: { failing } } },
    "warn 4 of 2, f",
  ],
  [
    "error",
    "a new question: twice as late",
    call(),
    { known: { tool: { failing: { ...failing, ...loop(8) } } } },
    "block 8 of 8, f",
  ],
  [
    "error",
    "a new name that does not exist: four times as late",
    call(),
    { known: { tool: { failing: { ...failing, ...loop(15), isNotFound: true } } } },
    "warn 15 of 2, f",
  ],
  [
    "error",
    "a new name that does not exist: four times as late",
    call(),
    { known: { tool: { failing: { ...failing, ...loop(16), isNotFound: true } } } },
    "block 16 of 16, f",
  ],
  [
    "error",
    "after news one call passes",
    call(),
    { known: { tool: { failing }, signature: record() }, ...withNews },
    "warn 4 of 2, f",
  ],

  ["failing-model", "the model answers", call(), {}, "nothing"],
  [
    "failing-model",
    "four failures in a row",
    call(),
    { known: { modelFailures: many } },
    "block 4 of 4, ",
  ],
  [
    "failing-model",
    "refused rounds don't count",
    call(),
    { known: { modelFailures: many }, refused: 9 },
    "block 4 of 4, ",
  ],

  ["mutation", "no agent has asked", effect("send_email"), {}, "nothing"],
  [
    "mutation",
    "the first time",
    effect("send_email"),
    { known: { shared: { asked: many } } },
    "nothing",
  ],
  [
    "mutation",
    "a second message",
    effect("send_email"),
    { known: { shared: { asked: many, done } } },
    "warn 2 of 2, s",
  ],
  [
    "mutation",
    "money moves once: each success counts twice",
    effect("pay"),
    { known: { shared: { asked: many, done } } },
    "warn 3 of 2, s",
  ],
  [
    "mutation",
    "a twin in the same answer counts twice",
    effect("send_email"),
    { known: { shared: { asked: many } }, twins: 1 },
    "warn 3 of 2, s",
  ],
  [
    "mutation",
    "two twins after a success",
    effect("send_email"),
    { known: { shared: { asked: many, done } }, twins: 2 },
    "block 7 of 4, s",
  ],
  [
    "mutation",
    "a tool that only reads",
    call({ tool: "send_email" }),
    { known: { shared: { asked: many, done } } },
    "nothing",
  ],

  ["no-progress", "no row of rounds", call(), { known: { signature: record() } }, "nothing"],
  ["no-progress", "a new call", call(), { known: { streak } }, "nothing"],
  [
    "no-progress",
    "a known call",
    call(),
    { known: { streak, signature: record() } },
    `block 4 of 4, s t, ${repeats}`,
  ],
  [
    "no-progress",
    "a call that an earlier instance made",
    call(),
    { known: { streak, earlier: [] } },
    `block 4 of 4, s t, ${repeats}`,
  ],
  [
    "no-progress",
    "the world has changed since",
    call(),
    { known: { streak, signature: record() }, lane: { ...noLaneRecord, world: 1 } },
    `warn 4 of 2, s t, ${repeats}`,
  ],
  [
    "no-progress",
    "another lane has changed the world since",
    call(),
    { known: { streak, signature: record() }, mutations: 1 },
    `warn 4 of 2, s t, ${repeats}`,
  ],
  [
    "no-progress",
    "the call came back after that change",
    call(),
    { known: { streak, signature: record({ mutations: 2 }) }, mutations: 1 },
    `block 4 of 4, s t, ${repeats}`,
  ],

  ["paging", "a new page", call(), {}, "nothing"],
  [
    "paging",
    "a page that was not called on purpose",
    call(),
    { known: { signature: record() } },
    "nothing",
  ],
  [
    "paging",
    "the same page",
    call(),
    { known: { signature: record({ unchanged }) } },
    "block 4 of 4, s, repeats s=e",
  ],
  [
    "paging",
    "news since then",
    call(),
    { known: { signature: record({ unchanged }) }, ...withNews },
    "warn 4 of 2, s, repeats s=e",
  ],
  [
    "paging",
    "an outcome that shows nothing gives no warning",
    call(),
    { known: { signature: record({ unchanged: { ...unchanged, ...loop(39), isShown: false } }) } },
    "nothing",
  ],
  [
    "paging",
    "an outcome that shows nothing: ten times as late",
    call(),
    { known: { signature: record({ unchanged: { ...unchanged, ...loop(40), isShown: false } }) } },
    "block 40 of 40, s, repeats s=e",
  ],

  ["poll", "the first look", call(), {}, "nothing"],
  ["poll", "a call that is no look", call(), { known: { signature: record() } }, "nothing"],
  [
    "poll",
    "a hasty look counts all looks",
    call(),
    { known: { signature: record({ unchanged, at: 5 }) }, now: minute + 4 },
    "block 4 of 4, s, repeats s=e",
  ],
  [
    "poll",
    "a patient look counts patient ones",
    call(),
    { known: { signature: record({ unchanged, at: 5 }) }, now: minute + 5 },
    "warn 2 of 2, s, repeats s=e",
  ],
  [
    "poll",
    "other calls bring news",
    call(),
    { known: { signature: record({ unchanged }) }, ...withNews },
    "warn 4 of 2, s, repeats s=e",
  ],

  ["repeat", "a new call", call(), {}, "nothing"],
  [
    "repeat",
    "the same call",
    call(),
    { known: { signature: record({ same: many }) } },
    "block 4 of 4, s, repeats s=e",
  ],
  [
    "repeat",
    "the world has changed",
    call(),
    { known: { signature: record({ same: many }) }, lane: { ...noLaneRecord, world: 1 } },
    "nothing",
  ],
  [
    "repeat",
    "a success between news",
    call(),
    { known: { signature: record({ same: many }) }, ...withNews },
    "warn 4 of 2, s, repeats s=e",
  ],
  [
    "repeat",
    "a failure between news",
    call(),
    { known: { signature: record({ same: many, hasFailed: true }) }, ...withNews },
    "block 4 of 4, s, repeats s=e",
  ],
  [
    "repeat",
    "a mutating call in a row, with other outcomes: two times later",
    effect("edit"),
    { known: { signature: record(), row: { ...loop(6), signature: "s" } } },
    "block 6 of 6, s",
  ],
  [
    "repeat",
    "five in a row are not enough",
    effect("edit"),
    { known: { signature: record(), row: { ...loop(5), signature: "s" } } },
    "warn 5 of 2, s",
  ],
  [
    "repeat",
    "a row of another call",
    effect("edit"),
    { known: { signature: record(), row: { ...loop(9), signature: "t" } } },
    "nothing",
  ],
  [
    "repeat",
    "a row of calls that only read",
    call(),
    { known: { signature: record(), row: { ...loop(9), signature: "s" } } },
    "nothing",
  ],
  [
    "repeat",
    "a row too short to speak of leaves the other finding",
    effect("edit"),
    { known: { signature: record({ same: loop(3) }), row: { ...loop(1), signature: "s" } } },
    "warn 3 of 2, s, repeats s=e",
  ],
  [
    "repeat",
    "what is refused already is not counted again",
    effect("edit"),
    { known: { signature: record({ same: many }), row: { ...loop(9), signature: "s" } } },
    "block 4 of 4, s, repeats s=e",
  ],

  ["signature", "the first call", call(), {}, "nothing"],
  [
    "signature",
    "the second call",
    call(),
    { known: { shared: { asked: loop(1) } } },
    "warn 2 of 2, s",
  ],
  [
    "signature",
    "the fourth call",
    call(),
    { known: { shared: { asked: loop(3) } } },
    "block 4 of 4, s",
  ],

  ["storm", "no failure", call(), {}, "nothing"],
  ["storm", "another tool fails", call({ tool: "read" }), { known: { failures } }, "nothing"],
  [
    "storm",
    "a known question",
    call(),
    { known: { failures, signature: record() } },
    "block 4 of 4, f",
  ],
  ["storm", "a new question: twice as late", call(), { known: { failures } }, "warn 4 of 2, f"],
  [
    "storm",
    "failures that are answers: four times as late",
    call(),
    { known: { failures: { ...failures, ...loop(15), areAnswers: true } } },
    "warn 15 of 2, f",
  ],
  [
    "storm",
    "failures that are answers: four times as late",
    call(),
    { known: { failures: { ...failures, ...loop(16), areAnswers: true } } },
    "block 16 of 16, f",
  ],
  [
    "storm",
    "after news one call passes",
    call(),
    { known: { failures, signature: record() }, ...withNews },
    "warn 4 of 2, f",
  ],

  ["text", "no answer", call(), {}, "nothing"],
  [
    "text",
    "the answer that came most often",
    call(),
    {
      known: {
        answers: [
          { ...loop(2), text: "a" },
          { ...loop(4), text: "b" },
          { ...loop(3), text: "c" },
        ],
      },
    },
    "block 4 of 4, b",
  ],
  [
    "text",
    "the first of two that came as often",
    call(),
    {
      known: {
        answers: [
          { ...many, text: "a" },
          { ...many, text: "b" },
        ],
      },
    },
    "block 4 of 4, a",
  ],
  [
    "text",
    "refused rounds don't count",
    call(),
    { known: { answers: [{ ...many, text: "a" }] }, refused: 9 },
    "block 4 of 4, a",
  ],
];

describe("what a rule finds", () => {
  test.each(rows)("%s, %s", (name, _, judgedCall, given, expected) => {
    expect(found(name, judgedCall, given)).toBe(expected);
  });

  test.each<[rule: RuleName, given: Given, cost: Loop]>([
    ["again", { known: { again: many } }, many],
    ["error", { known: { tool: { failing } } }, many],
    ["storm", { known: { failures } }, many],
    ["no-progress", { known: { streak, earlier: [] } }, many],
    ["repeat", { known: { signature: record({ same: many }) } }, many],
    ["signature", { known: { shared: { asked: many } } }, { ...many, count: 5 }],
    ["collision", { known: { pending: 4 } }, { ...noLoop, count: 4, calls: 4 }],
    ["context", { known: { inputTokens: 4 } }, { ...noLoop, count: 4, calls: 1 }],
    ["drift", { known: { costs: [1, 1, 1, 4, 4, 4] } }, { ...noLoop, count: 4, calls: 6 }],
  ])("%s: the finding holds what the loop has cost", (name, { known = {} }, cost) => {
    const rule = rules.find((one) => one.name === name)!;
    const judgement = rule.judge(call(), {
      ...quiet,
      ladder,
      known: { ...nothingKnown, ...known },
    });
    const { count, calls, spent } = judgement!.loop;
    expect({ count, calls, spent }).toEqual(cost);
  });
});

test("the rules, the most exact first, and why each of them stops a run", () => {
  expect(rules.map(({ name }) => `${name}: ${reasonOf[name]}`)).toEqual([
    "no-progress: loop",
    "repeat: loop",
    "mutation: loop",
    "error: failure",
    "storm: failure",
    "churn: loop",
    "poll: loop",
    "paging: loop",
    "delegation: delegation",
    "reassignment: delegation",
    "delegation-depth: delegation",
    "delegation-pair: delegation",
    "signature: loop",
    "text: loop",
    "again: loop",
    "failing-model: failure",
    "drift: drift",
    "context: context",
    "collision: failure",
  ]);
  expect(rules.map(({ name }) => name).toSorted()).toEqual([...ruleNames].toSorted());
});
