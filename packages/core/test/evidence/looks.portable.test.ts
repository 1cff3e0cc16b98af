import { describe, expect, test } from "vitest";
import { isLook, lookWeight, unchangedNow } from "../../src/evidence/looks.ts";
import { noLoop } from "../../src/evidence/loop.ts";
import { noLaneRecord, type SignatureRecord } from "../../src/evidence/records.ts";
import { toolPolicies, type ToolPolicy } from "../../src/vocabulary/tool-policy.ts";

const second = 1_000;
const minute = 60 * second;
const hour = 60 * minute;

describe("what a look counts, by the time since the last one", () => {
  test.for<[what: string, gapMs: number, hasFailed: boolean, weight: number]>([
    ["at once", 0, false, 1],
    ["as fast as a model can ask", 2_499, false, 1],
    ["every few seconds", 2_500, false, 1 / 12],
    ["just under a minute", minute - 1, false, 1 / 12],
    ["a minute: only the time counts", minute, false, 20 / 1_440],
    ["an hour is no more than a few seconds", hour, false, 1 / 12],
    ["nor is a day", 24 * hour, false, 1 / 12],
    ["a failure at once", 0, true, 1],
    ["a retry", 9_999, true, 1],
    ["a failure after a pause", 10_000, true, 0.5],
    ["a failure after a minute", minute, true, 20 / 1_440],
  ])("%s: %d ms, failed %s", ([, gapMs, hasFailed, weight]) => {
    expect(lookWeight(gapMs, hasFailed)).toBeCloseTo(weight, 10);
  });
});

const outcome = { exact: "e", masked: "m" };
const known: SignatureRecord = {
  outcomes: [outcome],
  last: outcome,
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
};
const call = (policy: ToolPolicy, waits = false) =>
  ({ kind: "tool", tool: "t", signature: "s", policy, waits }) as const;

/** The policies under which a repeat of a call is a look. */
const lookers = (record: SignatureRecord | undefined, waits = false, lane = noLaneRecord) =>
  toolPolicies.filter((policy) => isLook(call(policy, waits), record, lane));

describe("which repeats are looks", () => {
  const patient: readonly ToolPolicy[] = ["polling", "wait"];
  const all: readonly ToolPolicy[] = ["read", "polling", "wait", "delegate", "unknown"];

  test.for<[when: string, record: SignatureRecord | undefined, policies: readonly ToolPolicy[]]>([
    ["asked for the first time", undefined, patient],
    ["nothing speaks for waiting", known, patient],
    ["the last outcome said: not yet", { ...known, isPending: true }, all],
    ["the outcome has changed by itself", { ...known, isSource: true }, all],
  ])("%s", ([, record, policies]) => {
    expect(lookers(record)).toEqual(policies);
  });

  test("the agent has waited since, in any way", () => {
    expect(lookers(known, false, { ...noLaneRecord, waits: 1 })).toEqual(all);
    expect(lookers({ ...known, waits: 1 }, false, { ...noLaneRecord, waits: 1 })).toEqual(patient);
  });

  test("the call itself lets time pass", () => {
    expect(lookers(known, true)).toEqual(all);
    expect(lookers(undefined, true), "the first one looks at nothing").toEqual(patient);
  });
});

describe("what has not changed, as a look counts that comes now", () => {
  const unchanged = { ...noLoop, count: 7, patient: 3, outcome: "m", news: 0, isShown: true };

  test.for<[what: string, gapMs: number, count: number]>([
    ["at once", 0, 7],
    ["just under a minute after the last one", minute - 1, 7],
    ["a minute after it: only what looks like it have counted", minute, 3],
    ["a day after it", 24 * hour, 3],
  ])("%s", ([, gapMs, count]) => {
    expect(unchangedNow(unchanged, gapMs)).toEqual({ ...unchanged, count });
  });
});
