import { describe, expect, test } from "vitest";
import { circuitSettings } from "../../src/failure/circuit-settings.ts";
import type { FailureCircuitOptions } from "../../src/failure/circuit-options.ts";
import {
  emptyWindow,
  isClean,
  isTooMany,
  withCall,
  type FailureWindow,
} from "../../src/failure/failure-window.ts";

/** Plays calls, one letter each at 1,000 ms from one to the next, and tells after which of them the circuit opens. */
function opensAfter(options: FailureCircuitOptions, calls: string, gapMs = 1_000): number | null {
  const { openRule } = circuitSettings("c", options);
  let window = emptyWindow(openRule);
  for (const [index, letter] of calls.split("").entries()) {
    const now = 1_000_000 + index * gapMs;
    if (letter === " ") continue; // a second without a call
    window = withCall(window, openRule, letter === "f", now);
    if (letter === "f" && isTooMany(window, openRule, now)) return index + 1;
  }
  return null;
}

describe("the circuit opens at the call", () => {
  test.each<[name: string, options: FailureCircuitOptions, calls: string, at: number | null]>([
    ["the fifth failure in a row, by default", {}, "fffff", 5],
    ["a success in between starts the row anew", {}, "ffffsffff", null],
    ["the third in a row", { failureThreshold: 3 }, "ffsffsfff", 9],
    ["three of the latest five calls", { failureThreshold: 3, windowCalls: 5 }, "fsfsf", 5],
    [
      "of the latest four calls only two have failed",
      { failureThreshold: 3, windowCalls: 4 },
      "fsfsfsfs",
      null,
    ],
    ["three within five seconds", { failureThreshold: 3, windowMs: 5_000 }, "f f f", 5],
    ["the first has left the window", { failureThreshold: 3, windowMs: 4_000 }, "f f f", null],
    ["half of the latest ten", { failureRate: 0.5, windowCalls: 10 }, "sssssfffff", 10],
    ["too few calls for a rate", { failureRate: 0.5, windowCalls: 20 }, "fffffffff", null],
    [
      "the minimum of calls is reached",
      { failureRate: 0.5, windowCalls: 20, minimumCalls: 4 },
      "ffff",
      4,
    ],
    ["a window of three calls needs three", { failureRate: 1, windowCalls: 3 }, "sfff", 4],
    ["a rate in time", { failureRate: 0.5, windowMs: 20_000, minimumCalls: 4 }, "ssff", 4],
    [
      "what is old does not count in a rate",
      { failureRate: 0.5, windowMs: 3_000, minimumCalls: 4 },
      "ff  ff",
      null,
    ],
  ])("%s", (_, options, calls, at) => {
    expect(opensAfter(options, calls)).toBe(at);
  });
});

test("a window has a bound, however many calls it sees", () => {
  const kinds: FailureCircuitOptions[] = [
    {},
    { windowCalls: 50, failureThreshold: 50 },
    { windowMs: 1_000, failureThreshold: 50 },
    { windowCalls: 50, failureRate: 1 },
    { windowMs: 1_000, failureRate: 1 },
  ];
  for (const options of kinds) {
    const { openRule } = circuitSettings("c", options);
    let window = emptyWindow(openRule);
    for (let call = 0; call < 20_000; call += 1)
      window = withCall(window, openRule, call % 3 > 0, 1_000_000 + call);
    expect(JSON.stringify(window).length).toBeLessThan(1_000);
  }
});

test("failures leave a window of time also when no call comes", () => {
  const { openRule } = circuitSettings("c", { windowMs: 1_000, failureThreshold: 2 });
  const window = withCall(emptyWindow(openRule), openRule, true, 1_000_000);
  expect(isClean(window)).toBe(false);
  expect(isClean(withCall(window, openRule, false, 1_001_000))).toBe(true);
});

test("a stored window of another kind counts as empty", () => {
  const row = circuitSettings("c", {}).openRule;
  const calls = circuitSettings("c", { windowCalls: 5 }).openRule;
  const time = circuitSettings("c", { windowMs: 5_000 }).openRule;
  const rate = circuitSettings("c", { windowMs: 5_000, failureRate: 0.5 }).openRule;
  for (const from of [row, calls, time, rate]) {
    const old = withCall(emptyWindow(from), from, true, 1_000_000);
    for (const to of [row, calls, time, rate]) {
      if (from === to) continue;
      expect(withCall(old, to, false, 1_000_001)).toEqual(
        withCall(emptyWindow(to), to, false, 1_000_001),
      );
      expect(isTooMany(old, to, 1_000_001)).toBe(false);
    }
  }
});

describe("what each kind of window remembers", () => {
  const second = 1_000;
  const cases: readonly [
    name: string,
    options: FailureCircuitOptions,
    empty: FailureWindow,
    after: FailureWindow,
  ][] = [
    [
      "failures in a row",
      {},
      { counts: "in-a-row", failures: 0 },
      { counts: "in-a-row", failures: 1 },
    ],
    [
      "failures of the latest three calls",
      { windowCalls: 3, failureThreshold: 3 },
      { counts: "results", results: "", failures: 0 },
      { counts: "results", results: "fsf", failures: 2 },
    ],
    [
      "a rate of the latest three calls",
      { windowCalls: 3, failureRate: 1 },
      { counts: "results", results: "", failures: 0 },
      { counts: "results", results: "fsf", failures: 2 },
    ],
    [
      "failures in ten seconds",
      { windowMs: 10 * second, failureThreshold: 3 },
      { counts: "moments", moments: [] },
      { counts: "moments", moments: [0, second, 3 * second] },
    ],
    [
      "a rate in ten seconds",
      { windowMs: 10 * second, failureRate: 1 },
      { counts: "slices", slices: [] },
      {
        counts: "slices",
        slices: [
          { at: 0, calls: 1, failures: 1 },
          { at: second, calls: 1, failures: 1 },
          { at: 2 * second, calls: 1, failures: 0 },
          { at: 3 * second, calls: 1, failures: 1 },
        ],
      },
    ],
  ];

  test.each(cases)("%s: a failure, a failure, a success, a failure", (_, options, empty, after) => {
    const { openRule } = circuitSettings("c", options);
    expect(emptyWindow(openRule)).toEqual(empty);
    const calls = [true, true, false, true];
    const window = calls.reduce(
      (before, hasFailed, index) => withCall(before, openRule, hasFailed, index * second),
      empty,
    );
    expect(window).toEqual(after);
  });

  test.each(cases)("%s: clean while it holds no failure", (_, options, empty, after) => {
    const { openRule } = circuitSettings("c", options);
    expect(isClean(empty)).toBe(true);
    expect(isClean(withCall(empty, openRule, false, 0))).toBe(true);
    expect(isClean(withCall(empty, openRule, true, 0))).toBe(false);
    expect(isClean(after)).toBe(false);
  });

  test("a slice is a tenth of the window: a call after that begins the next one", () => {
    const { openRule } = circuitSettings("c", { windowMs: 10 * second, failureRate: 1 });
    const at = (times: readonly number[]) =>
      times.reduce((window, now) => withCall(window, openRule, true, now), emptyWindow(openRule));
    expect(at([0, 999])).toEqual({
      counts: "slices",
      slices: [{ at: 0, calls: 2, failures: 2 }],
    });
    expect(at([0, 999, 1_000])).toMatchObject({ slices: [{ calls: 2 }, { at: 1_000, calls: 1 }] });
  });

  test("a healthy call writes nothing: the window stays the same object", () => {
    for (const options of [{}, { windowMs: 5_000 }]) {
      const { openRule } = circuitSettings("c", options);
      const empty = emptyWindow(openRule);
      expect(withCall(empty, openRule, false, 1)).toBe(empty);
    }
  });

  test("a failure leaves a window of time when its time is over, and not before", () => {
    const { openRule } = circuitSettings("c", { windowMs: 5_000, failureThreshold: 2 });
    const one = withCall(emptyWindow(openRule), openRule, true, 1_000);
    expect(withCall(one, openRule, false, 5_999)).toBe(one);
    expect(withCall(one, openRule, false, 6_000)).toEqual({ counts: "moments", moments: [] });
    const two = withCall(one, openRule, true, 5_999);
    expect([isTooMany(two, openRule, 5_999), isTooMany(two, openRule, 6_000)]).toEqual([
      true,
      false,
    ]);
  });

  test("the clock was set back: guard forgets what is later than now", () => {
    const { openRule } = circuitSettings("c", { windowMs: 5_000, failureThreshold: 2 });
    const one = withCall(emptyWindow(openRule), openRule, true, 9_000);
    expect(withCall(one, openRule, true, 1_000)).toEqual({ counts: "moments", moments: [1_000] });
    expect(isTooMany(withCall(one, openRule, true, 9_000), openRule, 8_999)).toBe(false);
  });
});
