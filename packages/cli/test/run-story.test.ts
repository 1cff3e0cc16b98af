import type { LedgerEntry, TripReport } from "@guard/core";
import { describe, expect, test } from "vitest";
import { renderStory } from "../src/render-story.ts";
import { runStory } from "../src/run-story.ts";

const at = Date.UTC(2026, 10, 29, 8);

type Given = LedgerEntry extends infer Entry
  ? Entry extends LedgerEntry
    ? Omit<Entry, "run" | "at" | "postings">
    : never
  : never;

/** Entries of one run, a second apart. */
const entries = (...given: readonly Given[]) =>
  given.map((entry, index) => {
    const whole: LedgerEntry = { run: "job", postings: [], ...entry, at: at + index * 1_000 };
    return whole;
  });

const call: Given = {
  type: "decision",
  agent: "a",
  call: "c1",
  kind: "tool",
  tool: "search",
  signature: "s",
  verdict: "allow",
  executed: true,
};

/** A trip in the second `second` of the run. */
function trip(second: number, more: Partial<TripReport["finding"]> = {}, observed = false): Given {
  const finding: TripReport["finding"] = {
    rule: "storm",
    reason: "failure",
    verdict: "open",
    count: 5,
    limit: 5,
    agent: "a",
    tool: "search",
    signatures: [],
    cost: { calls: 0, tokens: 0, usd: 0 },
    ...more,
  };
  const used = { modelCalls: 0, toolCalls: 1, delegations: 0, tokens: 0, usd: 0 };
  const { reason } = finding;
  const report = { run: "job", at: at + second * 1_000, reason, finding, tripCount: 1, used };
  return { type: "trip", observed, report };
}

const told = (...given: readonly Given[]) => renderStory(runStory("job", entries(...given))!);

describe("the report of a run says", () => {
  test.each<[string, readonly Given[], string]>([
    [
      "that it ended",
      [call, { type: "run-ended" }],
      "End         the run ended, and guard did not stop it",
    ],
    ["that it has no end", [call], "the ledger has no end of this run"],
    ["that guard stopped it", [call, trip(1)], "End         guard stopped the run"],
    [
      "that guard only observed",
      [trip(0, {}, true), { type: "run-ended" }],
      "Would stop  2026-11-29 08:00:00 UTC",
    ],
    ["why", [trip(0)], 'Why         This task was stopped: "search" failed 5 times in a row.'],
    [
      "the limit of a budget",
      [trip(0, { rule: "ceiling", reason: "budget", ceiling: "usd", count: 5.1, limit: 5 })],
      "Rule        ceiling (budget): 5.1 of 5",
    ],
    [
      "who stopped it",
      [trip(0, { rule: "manual", reason: "manual", by: "ops", why: "too loud" })],
      "By          ops: too loud",
    ],
    ["that no call started after the stop", [call, trip(1)], "No call started after the stop."],
    ["that a call started after the stop", [trip(0), call], "1 call started after the stop"],
    ["that a call has no result", [call], "search  allowed        no result"],
    [
      "who lifted a stop",
      [
        {
          type: "stop-lifted",
          by: "ops",
          why: "fixed",
          stop: { id: "1", by: "ops", why: "x", at, force: "open", of: {} },
        },
      ],
      "(ops lifted the stop: fixed)",
    ],
  ])("%s", (_, given, line) => {
    expect(told(...given)).toContain(line);
  });

  test("the day, if the run goes over midnight", () => {
    const [first, second] = entries(call, { type: "run-ended" });
    const story = runStory("job", [first!, { ...second!, at: at + 20 * 3_600_000 }])!;
    expect(renderStory(story)).toContain("2026-11-30 04:00:00  (the run ended)");
    expect(renderStory(story)).toContain("for 20 h 0 min");
  });
});

test("a run without entries has no story", () => {
  expect(runStory("job", [])).toBeUndefined();
});
