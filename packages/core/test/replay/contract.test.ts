// What a line of a recording may hold, and what replaying it answers.
import { describe, expect, test } from "vitest";
import type { GuardOptions } from "../../src/options/guard-options.ts";
import { parseRun, replay, RecordingError, type ReplayResult } from "../../src/replay/index.ts";

type Event = Readonly<Record<string, unknown>>;

/** Replays events as they would stand in a recording. */
function judge(events: readonly Event[], options?: GuardOptions): ReplayResult {
  return replay(parseRun(JSON.stringify({ id: "r", events })), options);
}

/** One call a letter: `A` always asks and gets the same. */
const calls = (letters: string, more: Event = {}): Event[] =>
  letters.split("").map((letter) => ({
    type: "tool",
    tool: "use",
    args: { letter },
    result: `page of ${letter}`,
    ...more,
  }));

const told = ({ warned, blocked, opened }: ReplayResult) => [warned, blocked, opened];

test("the documented example: 37 calls, warned 3, blocked 4, opened 6", () => {
  const result = judge(
    calls("A".repeat(37), { agent: "a", tool: "search", usd: 0.01 / 34 }),
    undefined,
  );
  expect(JSON.stringify(result)).toBe(
    '{"id":"r","calls":37,"warned":3,"blocked":4,"opened":6,"rule":"no-progress","agent":"a","tool":"search","wastedCalls":34,"savedUsd":0.01}',
  );
});

describe("warned, blocked, opened: the first call that the verdict meets", () => {
  test.each<[letters: string, warned: unknown, blocked: unknown, opened: unknown]>([
    ["", null, null, null],
    ["A", null, null, null],
    ["AB", null, null, null],
    ["ABCDEFGHIJ", null, null, null],
    // Cut short: the last call, asked for once more, would meet the verdict.
    ["AA", 2, null, null],
    ["AAA", 3, 3, null],
    ["AAAA", 3, 4, null],
    ["AAAAA", 3, 4, 5],
    ["AAAAAA", 3, 4, 6],
    ["AAAAAAAAAA", 3, 4, 6],
    ["ABAB", 4, 4, null],
    ["ABABABABAB", 4, 5, 7],
    // Known calls are refused one by one, what is new passes and brings news.
    ["AAAAB", 3, 4, null],
    ["AAAABAAAA", 3, 4, 9],
    ["AABAACAAD", 5, null, null],
    ["AAABAAABAAAB", 3, 7, 9],
  ])("%s", (letters, ...expected) => {
    expect(told(judge(calls(letters)))).toEqual(expected);
  });

  test("asked once more is the last call, whatever comes after it", () => {
    const answer = { type: "model", text: "Done." };
    expect(told(judge([...calls("AA"), answer, answer]))).toEqual([2, null, null]);
  });

  test("asked once more is not asked in the next turn", () => {
    const thanks = { type: "user", text: "Thanks." };
    expect(told(judge([...calls("AA"), thanks]))).toEqual([null, null, null]);
  });

  test("rule, agent and tool are those of the strongest verdict", () => {
    const poll = calls("A".repeat(12), { agent: "p", tool: "job_status" });
    const loop = calls("A".repeat(4), { agent: "q" });
    expect(judge([...poll, ...loop])).toMatchObject({
      warned: 11,
      blocked: 16,
      rule: "no-progress",
      agent: "q",
      tool: "use",
    });
    expect(judge(poll)).toMatchObject({ rule: "poll", agent: "p", tool: "job_status" });
  });

  test("judging stops where the run would have been stopped", () => {
    const unreached = judge([...calls("AAAAAA", { agent: "a" }), ...calls("B".repeat(6))]);
    expect(unreached).toMatchObject({ calls: 12, opened: 6, agent: "a", wastedCalls: 9 });
  });
});

describe("what a line may hold", () => {
  const once = calls("A");

  test.each<[shows: string, events: readonly Event[], expected: readonly unknown[]]>([
    ["arguments as JSON text", [...once, ...calls("AA", { args: '{"letter":"A"}' })], [3, 3, null]],
    [
      "arguments in another order",
      [{ a: 1, b: 2 }, { b: 2, a: 1 }, '{ "b": 2, "a": 1 }'].flatMap((args) =>
        calls("A", { args }),
      ),
      [3, 3, null],
    ],
    ["text that is no JSON", calls("AAA", { args: "{letter" }), [3, 3, null]],
    [
      "no arguments and no result",
      calls("AAA", { args: undefined, result: undefined }),
      [3, 3, null],
    ],
    [
      "null for what is absent",
      calls("AAA", { agent: null, round: null, turn: null }),
      [3, 3, null],
    ],
    ["a key called __proto__", calls("AAA", { args: JSON.parse('{"__proto__":1}') }), [3, 3, null]],
    [
      "a tool and an agent called __proto__",
      calls("AAA", { tool: "__proto__", agent: "__proto__" }),
      [3, 3, null],
    ],
    ["unknown fields", calls("AAA", { span: { id: 1 }, latency: "long" }), [3, 3, null]],
    ["the same failure", calls("AAA", { error: true, result: "404" }), [3, 3, null]],
    [
      "a success and a failure with one text",
      [...once, ...calls("A", { error: true }), ...calls("A", { error: true })],
      [3, null, null],
    ],
    ["a declared policy", calls("AAAAAA", { policy: "polling" }), [null, null, null]],
    ["an exempt tool", calls("AAAAAA", { policy: "exempt" }), [null, null, null]],
    [
      "numbers that differ count half",
      [1, 2, 3, 4, 5].flatMap((n) => calls("A", { result: `${n} s` })),
      [4, 5, null],
    ],
  ])("%s", (_, events, expected) => {
    expect(told(judge(events))).toEqual(expected);
  });

  test("hand-offs are calls, with the giver as agent", () => {
    const handoffs = [
      { type: "handoff", from: "a", to: "b", task: "Read." },
      { type: "handoff", from: "b", to: "a", task: "Done.", usd: 1 },
    ];
    expect(judge([...handoffs, ...calls("AA", { agent: "b" })])).toMatchObject({
      calls: 4,
      warned: 4,
      agent: "b",
    });
    expect(judge(handoffs)).toMatchObject({ calls: 2, warned: null, rule: null, agent: null });
  });

  test("a hand-off that a ceiling stops", () => {
    const events = [
      { type: "model", agent: "a", cost: 2 },
      { type: "handoff", from: "a", to: "b", task: "Read.", cost: 3 },
    ];
    const result = judge(events, { budget: { usd: 1 } });
    expect(result).toMatchObject({ opened: 1, rule: "ceiling", agent: "a", tool: null });
    expect(result).toMatchObject({ calls: 1, wastedCalls: 1, savedUsd: 3 });
  });

  test.each([
    ["", "not JSON"],
    ["[]", "id: is missing"],
    ['{"id":1,"events":[]}', "id: expected a text, received 1"],
    ['{"id":"r","events":{}}', "events: expected an array, received Object"],
    ['{"id":"r","events":[{"type":"handoff","from":"a"}]}', "events.0.to: is missing"],
    [
      '{"id":"r","events":[{"type":"user"},{"type":"tool","tool":"t","policy":"reed"}]}',
      /^events\.1\.policy: expected one of read, .*, received "reed"$/,
    ],
  ])("%s is no run: %s", (line, fault) => {
    expect(() => parseRun(line)).toThrow(RecordingError);
    expect(() => parseRun(line)).toThrow(fault);
  });
});

describe("rounds", () => {
  const round = (number: number, letters: string, more: Event = {}) =>
    calls(letters, { round: number, ...more });

  test.each<[shows: string, events: readonly Event[], expected: readonly unknown[]]>([
    [
      "calls of one round are judged together and counted one by one",
      [...round(1, "ABC"), ...round(2, "ABC"), ...round(3, "ABC"), ...round(4, "ABC")],
      [7, 10, null],
    ],
    ["identical calls of one round are one", round(1, "AAAAAAAA"), [null, null, null]],
    [
      "one new call makes the round new",
      [1, 2, 3, 4].flatMap((n) => round(n, `A${n}`)),
      [null, null, null],
    ],
    [
      "a round that is refused in part is blocked where the known call stands",
      [...calls("AAA"), ...round(4, "BA")],
      [3, 5, null],
    ],
    [
      "a round that opens is opened at its first call",
      [...calls("AAAAA"), ...round(6, "BA")],
      [3, 4, 6],
    ],
    [
      "another agent's call with the same number is another round",
      [1, 2, 3].flatMap(() => ["a", "b"].flatMap((agent) => round(1, "A", { agent }))),
      [5, 6, null],
    ],
    [
      "a model's answer parts rounds of one number",
      [1, 2, 3].flatMap(() => [{ type: "model" }, ...round(1, "A")]),
      [3, 3, null],
    ],
  ])("%s", (_, events, expected) => {
    expect(told(judge(events))).toEqual(expected);
  });
});

test("what names no agent is the doing of the first that is named", () => {
  expect(judge([...calls("A"), ...calls("AA", { agent: "a" })])).toMatchObject({
    warned: 3,
    agent: "a",
  });
  expect(judge(calls("AA"))).toMatchObject({ warned: 2, agent: "agent" });
});

describe("turns", () => {
  const user = (text: string, more: Event = {}) => ({ type: "user", text, ...more });

  test.each<[shows: string, events: readonly Event[], expected: readonly unknown[]]>([
    [
      "a changed turn of a call is a different user message",
      [1, 2, 3].flatMap((turn) => calls("AA", { turn })),
      [6, null, null],
    ],
    [
      "a changed turn of a user message",
      [1, 2, 3].flatMap((turn) => [user("go on", { turn }), ...calls("A", { turn })]),
      [null, null, null],
    ],
    ["a different user message", [...calls("AA"), user("b"), ...calls("AA")], [4, null, null]],
    [
      "a user message that is repeated",
      [user("a"), ...calls("AA"), user("a"), ...calls("AA")],
      [3, 4, null],
    ],
    ["one turn throughout", [user("a", { turn: 1 }), ...calls("AAAA", { turn: 1 })], [3, 4, null]],
  ])("%s", (_, events, expected) => {
    expect(told(judge(events))).toEqual(expected);
  });
});

describe("wastedCalls and savedUsd", () => {
  test.each<[letters: string, options: GuardOptions, wasted: number]>([
    ["AAA", {}, 1],
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

  test("decimal fractions add up to what was paid", () => {
    expect(judge(calls("AAAAAA", { usd: 0.1 })).savedUsd).toBe(0.3);
  });
});

describe("costs and ceilings", () => {
  const answers = (count: number, usage: Event) =>
    Array.from({ length: count }, (_, index) => [
      { type: "model", ...usage },
      ...calls(String.fromCodePoint(65 + index)),
    ]).flat();

  test.each<[usage: Event, budget: GuardOptions["budget"], opened: number | null]>([
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
    // six are allowed, and the last call asked for once more would be the seventh
    [{}, { toolCalls: 6 }, 6],
    [{}, { toolCalls: 7 }, null],
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
  test.each<[letters: string, options: GuardOptions, expected: readonly unknown[], rule: string]>([
    ["AAAAAA", { preset: "strict" }, [null, null, 3], "signature"],
    ["ABABAB", { preset: "strict" }, [4, null, 5], "signature"],
    ["AA", { preset: "strict" }, [null, null, 2], "signature"],
    ["AAAAAAAA", { rules: { "no-progress": false } }, [5, 7, 8], "repeat"],
    ["AAAAAAAA", { rules: { "no-progress": false, repeat: false } }, [8, null, null], "signature"],
    ["AAAAAA", { mode: "observe" }, [3, 4, 6], "no-progress"],
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
