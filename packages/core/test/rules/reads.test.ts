import { describe, expect, test } from "vitest";
import { noLoop } from "../../src/evidence/loop.ts";
import { noLaneRecord } from "../../src/evidence/records.ts";
import { taskFingerprint } from "../../src/evidence/task.ts";
import type { SignedCall } from "../../src/evidence/signed-call.ts";
import { presets } from "../../src/options/presets.ts";
import { rules } from "../../src/rules/index.ts";
import type { Known, Rule } from "../../src/rules/rule.ts";
import { toolPolicies } from "../../src/vocabulary/tool-policy.ts";

const many = { ...noLoop, count: 100, calls: 100 };
const outcome = { exact: "e", masked: "m" };
const task = taskFingerprint("fix the login");

/** Something known under every name, and enough of it for every rule to speak. */
const everything: Required<Known> = {
  signature: {
    outcomes: [outcome],
    last: outcome,
    world: 0,
    acts: 0,
    waits: 0,
    news: 0,
    mutations: 0,
    hasFailed: true,
    hasSucceeded: false,
    at: 0,
    isPending: false,
    isSource: false,
    same: many,
    unchanged: { ...many, outcome: "m", patient: 100, news: 0, isShown: true },
  },
  earlier: [outcome],
  tool: {
    failing: { ...many, error: "e", isNotFound: false, news: 0, signature: "s" },
    churning: { ...many, outcome: "e", kind: "empty", question: task, paged: undefined, news: 0 },
  },
  streak: { ...many, repeats: [{ signature: "s", exact: "e" }] },
  row: { ...many, signature: "s" },
  failures: { ...many, tool: "send", areAnswers: false, news: 0, signature: "s" },
  answers: [{ ...many, text: "t" }],
  modelFailures: many,
  costs: [1, 1, 1, 9, 9, 9],
  inputTokens: 1e9,
  shared: { asked: many, done: { ...many, effects: 0, takenBack: 0 } },
  handoffs: {
    handoffs: { count: 0, chain: [], latest: [], tasks: new Map() },
    agents: new Map(),
  },
  pending: 3,
  again: many,
};

const names = Object.keys(everything) as (keyof Known)[];

/** The same with nothing under one of the names. */
const without = (name: keyof Known): Known => ({ ...everything, [name]: undefined });

function calls({ kinds = ["tool"] }: Rule): readonly SignedCall[] {
  const delegation = { from: "a", to: "b", task };
  return kinds.flatMap((kind) =>
    toolPolicies.map((policy): SignedCall => ({
      kind,
      tool: "send",
      signature: "s",
      policy,
      question: task,
      delegation,
    })),
  );
}

/** What a rule looks up, in all that it may be asked. */
function readBy(rule: Rule): ReadonlySet<PropertyKey> {
  const read = new Set<PropertyKey>();
  const watched = (known: Known) =>
    new Proxy(known, {
      get: (target, name) => {
        read.add(name);
        return Reflect.get(target, name);
      },
    });
  for (const call of calls(rule)) {
    for (const name of names) {
      // A rule is not asked where nothing is known under its first name.
      if (name === rule.reads[0]) continue;
      const turn = { effects: 0, mutations: 0, takenBack: {} };
      const context = { lane: noLaneRecord, ...turn, now: 0, twins: 0, refused: 0 };
      const ladder = presets.balanced[rule.name];
      rule.judge(call, { ...context, ladder, known: watched(without(name)) });
    }
  }
  return read;
}

describe("a rule reads the records that it declares", () => {
  test.for(rules.map((rule) => [rule.name, rule] as const))("%s", ([, rule]) => {
    expect(readBy(rule)).toEqual(new Set(rule.reads));
  });
});
