// What a line of a recording may hold, and what replaying it answers.
import { describe, expect, test } from "vitest";
import { parseRun, RecordingError } from "../../src/replay/index.ts";
import { calls, judge, told, type RawEvent } from "../support/recordings.ts";

test("the documented example: 37 calls, warned 3, blocked 4, opened 6", () => {
  const result = judge(
    calls("A".repeat(37), { agent: "a", tool: "search", usd: 0.01 / 34 }),
    undefined,
  );
  expect(JSON.stringify(result)).toBe(
    '{"id":"r","calls":37,"warned":3,"blocked":4,"opened":6,"rule":"no-progress","agent":"a","tool":"search","wastedCalls":34,"savedUsd":0.01,"next":null,"cure":"tools: { search: { policy: \\"polling\\" } }"}',
  );
});

describe("warned, blocked, opened: the first call that the verdict meets; next: the last call, once more", () => {
  test.each<[letters: string, warned: unknown, blocked: unknown, opened: unknown, next: unknown]>([
    ["", null, null, null, null],
    ["A", null, null, null, null],
    ["AB", null, null, null, null],
    ["ABCDEFGHIJ", null, null, null, null],
    // A warning is no verdict to come.
    ["AA", null, null, null, null],
    ["AAA", 3, null, null, "block"],
    ["AAAA", 3, 4, null, "block"],
    ["AAAAA", 3, 4, null, "open"],
    ["AAAAAA", 3, 4, 6, null],
    ["AAAAAAAAAA", 3, 4, 6, null],
    ["ABAB", 4, null, null, "block"],
    ["ABABABABAB", 4, 5, 7, null],
    // Known calls are refused one by one, what is new passes and brings news.
    ["AAAAB", 3, 4, null, null],
    ["AAAABAAAA", 3, 4, null, "open"],
    ["AABAACAAD", 5, null, null, null],
    ["AAABAAABAAAB", 3, 7, 9, null],
  ])("%s", (letters, ...expected) => {
    expect(told(judge(calls(letters)))).toEqual(expected);
  });

  test("the last call once more, with anything after it", () => {
    const answer = { type: "model", text: "Done." };
    expect(told(judge([...calls("AAA"), answer, answer]))).toEqual([3, null, null, "block"]);
  });

  test("in the next turn it is another question", () => {
    const thanks = { type: "user", text: "Thanks." };
    expect(told(judge([...calls("AAA"), thanks]))).toEqual([3, null, null, null]);
  });

  test("no other field says what comes next", () => {
    const { next, ...rest } = judge(calls("AB"), { budget: { toolCalls: 2 } });
    expect(next).toBe("open");
    expect(rest).toEqual({ ...judge(calls("AB")), next: undefined });
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

  test("judging ends where guard would have stopped the run", () => {
    const unreached = judge([...calls("AAAAAA", { agent: "a" }), ...calls("B".repeat(6))]);
    expect(unreached).toMatchObject({ calls: 12, opened: 6, agent: "a", wastedCalls: 9 });
  });
});

describe("what a line may hold", () => {
  const once = calls("A");

  test.each<[shows: string, events: readonly RawEvent[], expected: readonly unknown[]]>([
    [
      "arguments as JSON text",
      [...once, ...calls("AA", { args: '{"letter":"A"}' })],
      [3, null, null, "block"],
    ],
    [
      "arguments in another order",
      [{ a: 1, b: 2 }, { b: 2, a: 1 }, '{ "b": 2, "a": 1 }'].flatMap((args) =>
        calls("A", { args }),
      ),
      [3, null, null, "block"],
    ],
    ["text that is no JSON", calls("AAA", { args: "{letter" }), [3, null, null, "block"]],
    [
      "no arguments and no result",
      calls("AAA", { args: undefined, result: undefined }),
      [3, null, null, "block"],
    ],
    [
      "null for what is absent",
      calls("AAA", { agent: null, round: null, turn: null }),
      [3, null, null, "block"],
    ],
    [
      "a key called __proto__",
      calls("AAA", { args: JSON.parse('{"__proto__":1}') }),
      [3, null, null, "block"],
    ],
    [
      "a tool and an agent called __proto__",
      calls("AAA", { tool: "__proto__", agent: "__proto__" }),
      [3, null, null, "block"],
    ],
    [
      "unknown fields",
      calls("AAA", { span: { id: 1 }, latency: "long" }),
      [3, null, null, "block"],
    ],
    ["the same failure", calls("AAA", { error: true, result: "404" }), [3, null, null, "block"]],
    [
      "a success and a failure with one text",
      [...once, ...calls("AAA", { error: true })],
      [4, null, null, "block"],
    ],
    ["a declared policy", calls("AAAAAA", { policy: "polling" }), [null, null, null, null]],
    ["an exempt tool", calls("AAAAAA", { policy: "exempt" }), [null, null, null, null]],
    [
      "times that differ count half",
      [1, 2, 3, 4, 5].flatMap((n) => calls("A", { result: `in ${n} s` })),
      [4, null, null, "block"],
    ],
    [
      "numbers that differ are news",
      [1, 2, 3, 4, 5].flatMap((n) => calls("A", { result: `${n} rows` })),
      [null, null, null, null],
    ],
    [
      "the time between two calls: a look after half a minute",
      [1, 2, 3, 4, 5].flatMap((n) => calls("A", { t: n * 30_000 })),
      [null, null, null, null],
    ],
    [
      "and how long each has taken: that is no idling",
      [1, 2, 3].flatMap((n) => calls("A", { t: n * 30_000, ms: 25_000 })),
      [3, null, null, "block"],
    ],
  ])("%s", (_, events, expected) => {
    expect(told(judge(events))).toEqual(expected);
  });

  test("hand-offs are calls, with the giver as agent", () => {
    const handoffs = [
      { type: "handoff", from: "a", to: "b", task: "Read." },
      { type: "handoff", from: "b", to: "a", task: "Done.", usd: 1 },
    ];
    expect(judge([...handoffs, ...calls("AAA", { agent: "b" })])).toMatchObject({
      calls: 5,
      warned: 5,
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
  ])("a line that is no recorded run is refused: %s, %s", (line, fault) => {
    expect(() => parseRun(line)).toThrow(RecordingError);
    expect(() => parseRun(line)).toThrow(fault);
  });
});

const round = (number: number, letters: string, more: RawEvent = {}) =>
  calls(letters, { round: number, ...more });

describe("rounds", () => {
  test.each<[shows: string, events: readonly RawEvent[], expected: readonly unknown[]]>([
    [
      "calls of one round are judged together and counted one by one",
      [...round(1, "ABC"), ...round(2, "ABC"), ...round(3, "ABC"), ...round(4, "ABC")],
      [7, 10, null, "block"],
    ],
    ["identical calls of one round are one", round(1, "AAAAAAAA"), [null, null, null, null]],
    [
      "one new call makes the round new",
      [1, 2, 3, 4].flatMap((n) => round(n, `A${n}`)),
      [null, null, null, null],
    ],
    [
      "a round that is refused in part is blocked where the known call stands",
      [...calls("AAA"), ...round(4, "BA")],
      [3, 5, null, null],
    ],
    [
      "a round that opens is opened at its first call",
      [...calls("AAAAA"), ...round(6, "BA")],
      [3, 4, 6, null],
    ],
    [
      "another agent's call with the same number is another round",
      [1, 2, 3].flatMap(() => ["a", "b"].flatMap((agent) => round(1, "A", { agent }))),
      [5, null, null, "block"],
    ],
    [
      "a model's answer parts rounds of one number",
      [1, 2, 3].flatMap(() => [{ type: "model" }, ...round(1, "A")]),
      [3, null, null, "block"],
    ],
  ])("%s", (_, events, expected) => {
    expect(told(judge(events))).toEqual(expected);
  });
});

test("events without an agent belong to the first named agent", () => {
  expect(judge([...calls("A"), ...calls("AA", { agent: "a" })])).toMatchObject({
    warned: 3,
    agent: "a",
  });
  expect(judge(calls("AAA"))).toMatchObject({ warned: 3, agent: "agent" });
});

const user = (text: string, more: RawEvent = {}) => ({ type: "user", text, ...more });

describe("turns", () => {
  test.each<[shows: string, events: readonly RawEvent[], expected: readonly unknown[]]>([
    [
      "a change of it begins a turn",
      [1, 2, 3].flatMap((turn) => calls("AAA", { turn })),
      [3, null, null, "block"],
    ],
    [
      "and lets nothing be refused that was asked before",
      [1, 2, 3].flatMap((turn) => calls("AA", { turn })),
      [null, null, null, null],
    ],
    [
      "a change of it at a user message begins one turn",
      [1, 2, 3].flatMap((turn) => [user("go on", { turn }), ...calls("A", { turn })]),
      [null, null, null, null],
    ],
    ["a user message", [...calls("AA"), user("b"), ...calls("AA")], [null, null, null, null]],
    [
      "one that is repeated",
      [user("a"), ...calls("AA"), user("a"), ...calls("AA")],
      [null, null, null, null],
    ],
    [
      "one turn throughout",
      [user("a", { turn: 1 }), ...calls("AAAA", { turn: 1 })],
      [3, 4, null, "block"],
    ],
    [
      "a message without a time was said when the next thing began",
      Array.from({ length: 20 }, (_, i) => [
        user("hi"),
        ...calls("A", { t: 3_600_000 * i }),
      ]).flat(),
      [null, null, null, null],
    ],
    [
      "an answer that was given by a call, where nothing else tells of turns",
      [1, 2, 3].flatMap(() => [...calls("AA"), ...calls("Z", { tool: "final_answer" })]),
      [null, null, null, null],
    ],
    [
      "it ends none where the recording tells of turns",
      [user("a"), ...calls("AA"), ...calls("Z", { tool: "final_answer" }), ...calls("AA")],
      [4, 5, null, "block"],
    ],
    [
      "a helper's answer ends none",
      [
        ...calls("AA", { agent: "a" }),
        ...calls("Z", { tool: "final_answer", agent: "b" }),
        ...calls("AA", { agent: "a" }),
      ],
      [4, 5, null, "block"],
    ],
  ])("%s", (_, events, expected) => {
    expect(told(judge(events))).toEqual(expected);
  });
});
