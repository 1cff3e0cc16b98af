// What a replayed run would have saved, and what a configuration changes.
import { describe, expect, test } from "vitest";
import type { GuardOptions } from "../../src/options/guard-options.ts";
import { fixture } from "../support/breakers.ts";
import { calls, judge, told, type RawEvent } from "../support/recordings.ts";

describe("wastedCalls and savedUsd", () => {
  test.each<[letters: string, options: GuardOptions, wasted: number]>([
    ["AAA", {}, 0],
    ["AAAA", {}, 1],
    ["AAAAAAAAAA", {}, 7],
    ["AA", {}, 0],
    ["AAAAAAAAAA", { preset: "strict" }, 8],
    ["AAAAAAAAAA", { rules: { "no-progress": { block: false } } }, 5],
  ])("%s with %j wastes %i", (letters, options, wasted) => {
    const result = judge(calls(letters, { usd: 0.1 }), options);
    expect(result.wastedCalls).toBe(wasted);
    expect(result.savedUsd).toBeCloseTo(wasted / 10, 12);
    const stops = [result.blocked, result.opened].filter((index) => index !== null);
    if (stops.length > 0) expect(wasted).toBe(result.calls - Math.min(...stops) + 1);
  });

  test("the models' answers after the stop count, those before do not", () => {
    const events = [1, 2, 4, 8, 16].flatMap((cost) => [
      { type: "model", cost },
      ...calls("A", { cost: 0.5 }),
    ]);
    // blocked at the 4th call: its 0.5, then 16 and the last 0.5, and an answer at the end
    expect(judge([...events, { type: "model", cost: 32 }])).toMatchObject({
      blocked: 4,
      savedUsd: 49,
    });
  });

  test("decimal fractions add up to the exact sum", () => {
    expect(judge(calls("AAAAAA", { usd: 0.1 })).savedUsd).toBe(0.3);
  });
});

const answers = (count: number, usage: RawEvent) =>
  Array.from({ length: count }, (_, index) => [
    { type: "model", ...usage },
    ...calls(String.fromCodePoint(65 + index)),
  ]).flat();

describe("costs and ceilings", () => {
  test.each<[usage: RawEvent, budget: GuardOptions["budget"], opened: number | null]>([
    [{ inputTokens: 90, outputTokens: 10 }, { tokens: 300 }, 3],
    [{ tokensIn: 90, tokensOut: 10 }, { tokens: 300 }, 3],
    [{ tokensIn: 90, tokensOut: 10 }, { tokens: 301 }, 4],
    [{ inputTokens: 100, tokensIn: 1 }, { tokens: 300 }, 3],
    [{ inputTokens: null, tokensIn: 100 }, { tokens: 300 }, 3],
    [{ usd: 0.1 }, { usd: 0.3 }, 3],
    [{ cost: 0.1 }, { usd: 0.3 }, 3],
    [{ cost: 0.1 }, { usd: 0.6 }, 6],
    [{ cost: 0.1 }, { usd: 0.61 }, null],
    [{}, { modelCalls: 3 }, 4],
    [{}, { toolCalls: 3 }, 4],
    [{}, { modelCalls: 0 }, 1],
    // six are allowed, and six were made
    [{}, { toolCalls: 6 }, null],
  ])("%j within %j opens at %s", (usage, budget, opened) => {
    expect(judge(answers(6, usage), { budget })).toMatchObject({
      opened,
      rule: opened === null ? null : "ceiling",
    });
  });

  test("the price of a tool call counts", () => {
    const events = calls("ABCDEF", { cost: 0.5 });
    expect(judge(events, { budget: { usd: 1 } })).toMatchObject({ opened: 3, rule: "ceiling" });
  });
});

describe("configuration", () => {
  test.each<
    [letters: string, options: GuardOptions, expected: readonly unknown[], rule: string | null]
  >([
    ["AAAAAA", { preset: "strict" }, [null, null, 3, null], "signature"],
    ["ABABAB", { preset: "strict" }, [4, null, 5, null], "signature"],
    ["AA", { preset: "strict" }, [null, null, null, "open"], null],
    ["AAAAAAAA", { rules: { "no-progress": false } }, [5, 7, null, "open"], "repeat"],
    [
      "AAAAAAAA",
      { rules: { "no-progress": false, repeat: false } },
      [8, null, null, null],
      "signature",
    ],
    ["AAAAAA", { mode: "observe" }, [3, 4, 6, null], "no-progress"],
  ])("%s with %j", (letters, options, expected, rule) => {
    const result = judge(calls(letters), options);
    expect([told(result), result.rule]).toEqual([expected, rule]);
  });

  test("a run is judged the same again, and changes nothing that it was given", () => {
    const options: GuardOptions = { preset: "strict", budget: { usd: 1 } };
    const events = calls("ABABABAB", { usd: 0.1 });
    const before = structuredClone({ options, events });
    expect(judge(events, options)).toEqual(judge(events, options));
    expect({ options, events }).toEqual(before);
  });
});

const said = (count: number, answer: RawEvent = { text: "hi" }, usd = 1) =>
  Array.from({ length: count }, () => ({ type: "model", agent: "a", usd, ...answer }));

describe("answers of models", () => {
  test.each<[shows: string, events: readonly RawEvent[], expected: object]>([
    [
      "a verdict on one has the index of the next call",
      [...calls("AB"), ...said(6), ...calls("CD", { usd: 0.5 })],
      { warned: 3, blocked: null, opened: 3, rule: "text", agent: "a", tool: null, cure: null },
    ],
    [
      "and costs from that answer on",
      [...calls("AB"), ...said(6), ...calls("CD", { usd: 0.5 })],
      { calls: 4, wastedCalls: 2, savedUsd: 2 },
    ],
    [
      "after the last call it has the index of a call that never came",
      [...calls("AB"), ...said(6)],
      { calls: 2, warned: 3, opened: 3, wastedCalls: 0, savedUsd: 1, next: null },
    ],
    [
      "in other words each time",
      said(9).map((one, i) => ({ ...one, text: `hi ${i}` })),
      { rule: null },
    ],
    ["without a text guard does not know what they said", said(9, {}), { rule: null }],
    ["an empty text is an empty answer", said(6, { text: "" }), { opened: 1, rule: "text" }],
    ["failures", said(9, { error: true }), { warned: 1, opened: 1, rule: "failing-model" }],
    [
      "each turn ends like the one before",
      Array.from({ length: 16 }, () => [{ type: "user", text: "go on" }, ...said(1)]).flat(),
      { warned: 1, opened: 1, rule: "again", savedUsd: 1 },
    ],
    [
      "a minute apart it is a heartbeat",
      Array.from({ length: 20 }, (_, n) => [
        { type: "user", text: "go on", t: n * 60_000 },
        ...said(1, { text: "hi", t: n * 60_000 }),
      ]).flat(),
      { rule: null },
    ],
  ])("%s", (_, events, expected) => {
    expect(judge(events)).toMatchObject(expected);
  });
});

describe("of 50 model calls of 0.01 USD, what was let through is not saved", () => {
  const answered50 = said(50, { text: "I am still working on it.", usd: 0.01 });
  const [before] = calls("A", { usd: 0 });

  test.each<[shows: string, events: readonly RawEvent[], options: GuardOptions, through: number]>([
    ["the same answer 50 times", answered50, {}, 5],
    ["with a budget of 5 model calls", answered50, { budget: { modelCalls: 5 } }, 5],
    [
      "with a budget of 3, after a tool's call",
      [before!, ...answered50],
      { budget: { modelCalls: 3 } },
      3,
    ],
  ])("%s", (_, events, options, through) => {
    const result = judge(events, options);
    expect(result.opened).not.toBeNull();
    expect(result.savedUsd).toBeCloseTo((50 - through) / 100, 12);
    expect(letThrough(options)).toBe(through);
  });
});

/** How many of 50 calls a live breaker lets a model answer the same to. */
function letThrough(options: GuardOptions): number {
  const { lane } = fixture(options);
  for (let made = 0; made < 50; made += 1) {
    const [decision] = lane.admitSync([{ kind: "model" }]);
    if (decision.verdict === "open") return made;
    lane.settleSync(decision.token, { status: "success", result: "I am still working on it." });
  }
  return 50;
}

describe("cure: the line of options that would have let the refused call pass", () => {
  test.each<[shows: string, events: readonly RawEvent[], cure: string | null]>([
    ["nothing was refused", calls("AAA"), null],
    ["a loop", calls("AAAA"), 'tools: { use: { policy: "polling" } }'],
    [
      "a poll",
      calls("A".repeat(22), { tool: "job_status" }),
      'tools: { job_status: { policy: "exempt" } }',
    ],
    ["a ceiling", calls("ABCDEF", { usd: 1 }), null],
  ])("%s", (_, events, cure) => {
    expect(judge(events, { budget: { usd: 4 } }).cure).toBe(cure);
  });

  test("with it the call passes", () => {
    const tools = { use: { policy: "polling" } } as const;
    expect(judge(calls("AAAAAA"), { tools })).toMatchObject({ rule: null, cure: null });
  });
});
