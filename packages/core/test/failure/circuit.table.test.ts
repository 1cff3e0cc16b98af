import { describe, expect, test } from "vitest";
import { circuitSettings } from "../../src/failure/circuit-settings.ts";
import type { FailureCircuitOptions } from "../../src/failure/circuit-options.ts";
import {
  newCircuit,
  stateAt,
  type CircuitState,
  type Forced,
} from "../../src/failure/circuit-state.ts";
import { enterCircuit } from "../../src/failure/enter-circuit.ts";
import { settleCircuit, type CallResult } from "../../src/failure/settle-circuit.ts";

const now = 1_000_000;
const minute = 60_000;
const options: FailureCircuitOptions = { failureThreshold: 2 };

const window = (failures: number) => ({ counts: "in-a-row", failures }) as const;
const base = { version: 1, generation: 3, opened: 1, openMs: 0 } as const;
const closed = (failures = 0): CircuitState => ({
  ...base,
  phase: { status: "closed", window: window(failures) },
});
const open = (openedAt: number, attempt = 1): CircuitState => ({
  ...base,
  phase: { status: "open", openedAt, breakMs: minute, attempt, since: openedAt },
});
const halfOpen = (
  leases: readonly string[],
  successes = 0,
  until = now + minute,
): CircuitState => ({
  ...base,
  phase: {
    status: "half-open",
    attempt: 1,
    since: now - minute,
    successes,
    leases: leases.map((id) => ({ id, until })),
  },
});
const forced = (state: CircuitState, to: Forced["to"], until?: number): CircuitState => ({
  ...state,
  forced: { to, ...(until === undefined ? {} : { until }) },
});

/** A state in a few words. */
function words(state: CircuitState): string {
  const { phase, generation } = state;
  const own = {
    closed: () => (phase.status === "closed" ? ` failures ${JSON.stringify(phase.window)}` : ""),
    open: () => (phase.status === "open" ? ` attempt ${phase.attempt} for ${phase.breakMs}` : ""),
    "half-open": () =>
      phase.status === "half-open"
        ? ` leases ${phase.leases.map(({ id }) => id).join(",")} successes ${phase.successes}`
        : "",
  }[phase.status]();
  return `${phase.status} generation ${generation}${own}`.replace(
    /\{"counts":"in-a-row","failures":(\d+)\}/,
    "$1",
  );
}

describe("a call enters", () => {
  test.each<
    [
      name: string,
      state: CircuitState,
      options: FailureCircuitOptions,
      answer: string,
      after: string,
    ]
  >([
    ["closed", closed(1), {}, "passes in generation 3", "closed generation 3 failures 1"],
    [
      "open, the break lasts",
      open(now - 1),
      {},
      "refused, 59999 ms",
      "open generation 3 attempt 1 for 60000",
    ],
    [
      "open, the clock was set back",
      open(now + 500),
      {},
      "refused, 60000 ms",
      "open generation 3 attempt 1 for 60000",
    ],
    [
      "open, the break is over",
      open(now - minute),
      {},
      "probes in generation 4",
      "half-open generation 4 leases new successes 0",
    ],
    [
      "half-open, all permits taken",
      halfOpen(["a"]),
      {},
      "refused, 60000 ms",
      "half-open generation 3 leases a successes 0",
    ],
    [
      "half-open, a permit is free",
      halfOpen(["a"]),
      { halfOpenMaxCalls: 2 },
      "probes in generation 3",
      "half-open generation 3 leases a,new successes 0",
    ],
    [
      "half-open, the lease has expired",
      halfOpen(["a"], 0, now),
      {},
      "probes in generation 3",
      "half-open generation 3 leases new successes 0",
    ],
    [
      "half-open, the lease comes from before the clock was set back",
      halfOpen(["a"], 0, now + 9 * minute),
      {},
      "refused, 60000 ms",
      "half-open generation 3 leases a successes 0",
    ],
    [
      "closed, forced open",
      forced(closed(), "open"),
      {},
      "refused",
      "closed generation 3 failures 0",
    ],
    [
      "closed, forced open for 5 ms",
      forced(closed(), "open", now + 5),
      {},
      "refused, 5 ms",
      "closed generation 3 failures 0",
    ],
    [
      "closed, was forced open until now",
      forced(closed(), "open", now),
      {},
      "passes in generation 3",
      "closed generation 3 failures 0",
    ],
    [
      "open, forced closed",
      forced(open(now), "closed"),
      {},
      "passes in generation 3",
      "open generation 3 attempt 1 for 60000",
    ],
    [
      "half-open, forced open",
      forced(halfOpen([]), "open"),
      {},
      "refused",
      "half-open generation 3 leases  successes 0",
    ],
  ])("%s", (_, state, given, answer, after) => {
    const entry = enterCircuit(state, "new", now, circuitSettings("c", { ...options, ...given }));
    const said = entry.pass
      ? `${entry.token.lease === undefined ? "passes" : "probes"} in generation ${entry.token.generation}`
      : `refused${entry.retryAfterMs === undefined ? "" : `, ${entry.retryAfterMs} ms`}`;
    expect([said, words(entry.state)]).toEqual([answer, after]);
  });
});

test("all permits taken: a call comes back when the first of the probes has run out of time", () => {
  const state = halfOpen([]);
  const leases = [30, 10, 20].map((ms) => ({ id: `${ms}`, until: now + ms }));
  const probing = { ...state, phase: { ...state.phase, leases } } as CircuitState;
  const settings = circuitSettings("c", { ...options, halfOpenMaxCalls: 3 });
  expect(enterCircuit(probing, "new", now, settings)).toEqual({
    pass: false,
    reads: "half-open",
    retryAfterMs: 10,
    state: probing,
  });
});

test("the clock was set back: the break begins anew in the state, too", () => {
  const settings = circuitSettings("c", options);
  const entry = enterCircuit(open(now + 500), "new", now, settings);
  expect(entry.state.phase).toMatchObject({ openedAt: now, since: now + 500 });
  const intact = open(now);
  expect(enterCircuit(intact, "new", now, settings).state).toBe(intact);
});

describe("a call ends", () => {
  const own = { generation: 3 };
  const probe = { generation: 3, lease: "a" };
  const old = { generation: 2, lease: "a" };
  const rows: readonly [
    name: string,
    state: CircuitState,
    token: { generation: number; lease?: string },
    result: CallResult,
    options: FailureCircuitOptions,
    applied: boolean,
    after: string,
  ][] = [
    ["closed", closed(1), own, "success", {}, true, "closed generation 3 failures 0"],
    ["closed", closed(0), own, "failure", {}, true, "closed generation 3 failures 1"],
    [
      "closed, at the threshold",
      closed(1),
      own,
      "failure",
      {},
      true,
      "open generation 4 attempt 1 for 60000",
    ],
    ["closed", closed(1), own, "ignored", {}, true, "closed generation 3 failures 1"],
    [
      "closed, from an earlier generation",
      closed(1),
      old,
      "failure",
      {},
      false,
      "closed generation 3 failures 1",
    ],
    ["open", open(now), own, "success", {}, false, "open generation 3 attempt 1 for 60000"],
    ["open", open(now), own, "failure", {}, false, "open generation 3 attempt 1 for 60000"],
    [
      "open, from an earlier generation",
      open(now),
      old,
      "success",
      {},
      false,
      "open generation 3 attempt 1 for 60000",
    ],
    ["half-open", halfOpen(["a"]), probe, "success", {}, true, "closed generation 4 failures 0"],
    [
      "half-open, one of two",
      halfOpen(["a"]),
      probe,
      "success",
      { successThreshold: 2 },
      true,
      "half-open generation 3 leases  successes 1",
    ],
    [
      "half-open, two of two",
      halfOpen(["a"], 1),
      probe,
      "success",
      { successThreshold: 2 },
      true,
      "closed generation 4 failures 0",
    ],
    [
      "half-open",
      halfOpen(["a"]),
      probe,
      "failure",
      {},
      true,
      "open generation 4 attempt 2 for 120000",
    ],
    [
      "half-open",
      halfOpen(["a", "b"], 1),
      probe,
      "ignored",
      {},
      true,
      "half-open generation 3 leases b successes 1",
    ],
    [
      "half-open, the lease has expired",
      halfOpen(["a"], 0, now),
      probe,
      "success",
      {},
      false,
      "half-open generation 3 leases a successes 0",
    ],
    [
      "half-open, another probe has the lease",
      halfOpen(["b"]),
      probe,
      "failure",
      {},
      false,
      "half-open generation 3 leases b successes 0",
    ],
    [
      "half-open, from an earlier generation",
      halfOpen(["a"]),
      old,
      "success",
      {},
      false,
      "half-open generation 3 leases a successes 0",
    ],
    [
      "closed, forced open: recorded, no move",
      forced(closed(1), "open"),
      own,
      "failure",
      {},
      true,
      "closed generation 3 failures 2",
    ],
    [
      "closed, forced closed: recorded, no move",
      forced(closed(1), "closed"),
      own,
      "failure",
      {},
      true,
      "closed generation 3 failures 2",
    ],
  ];
  test.each(rows)("%s: %o %s", (_, state, token, result, given, applied, after) => {
    const settings = circuitSettings("c", { ...options, ...given });
    const settled = settleCircuit(state, token, result, now, 0, settings);
    expect([settled.applied, words(settled.state)]).toEqual([applied, after]);
  });
});

test("a break doubles with each failed probe up to its maximum, with up to 20 % of jitter, and starts anew after a success", () => {
  const settings = circuitSettings("c", {
    failureThreshold: 1,
    recoveryTimeoutMs: 1_000,
    maxRecoveryTimeoutMs: 5_000,
  });
  let state = newCircuit(settings.openRule);
  let at = now;
  const breaks: number[] = [];
  const call = (result: CallResult, chance: number) => {
    const entry = enterCircuit(state, `lease ${at}`, at, settings);
    if (!entry.pass) throw new Error("refused");
    ({ state } = settleCircuit(entry.state, entry.token, result, at, chance, settings));
    if (state.phase.status !== "open") return;
    breaks.push(state.phase.breakMs);
    at += state.phase.breakMs;
  };
  for (const chance of [0.5, 0.5, 0, 0.999, 0.5]) call("failure", chance);
  call("success", 0);
  call("failure", 0.5);
  expect(breaks).toEqual([1_000, 2_200, 4_000, 5_000, 5_000, 1_000]);
  expect(state.opened).toBe(6);
  expect(state.openMs).toBe(1_000 + 2_200 + 4_000 + 5_000 + 5_000);
});

describe("reading the state writes nothing, and shows what the next call would meet", () => {
  test.each<[string, CircuitState, string]>([
    ["closed", closed(1), "closed"],
    ["open, the break lasts", open(now - 1), "open"],
    ["open, the break is over", open(now - minute), "half-open"],
    ["half-open", halfOpen(["a"]), "half-open"],
    ["forced open", forced(closed(), "open"), "open"],
    ["forced closed", forced(open(now), "closed"), "closed"],
    ["the force is over", forced(closed(), "open", now), "closed"],
  ])("%s", (_, state, reads) => {
    expect(stateAt(state, now)).toBe(reads);
  });
});
