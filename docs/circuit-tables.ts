// The tables of docs/failure-circuits.md.
import { compareLibraries, libraries } from "../bench/src/circuits/compare.ts";
import type { Answer } from "../bench/src/circuits/driver.ts";
import type { Outcome } from "../bench/src/circuits/play-scenario.ts";
import { circuitSettings } from "../packages/core/src/failure/circuit-settings.ts";
import {
  stateAt,
  type CircuitState,
  type Forced,
} from "../packages/core/src/failure/circuit-state.ts";
import { enterCircuit, type EnterToken } from "../packages/core/src/failure/enter-circuit.ts";
import { settleCircuit, type CallResult } from "../packages/core/src/failure/settle-circuit.ts";
import { markdownTable as table } from "../scripts/markdown-table.ts";

const compared = await compareLibraries();

/** The tables of the page on failure circuits, by their names there. */
export const circuitTables: Readonly<Record<string, () => string>> = {
  "circuit-states": () =>
    table(
      ["state", "a call asks", "success", "failure", "ignored", "a result from before"],
      states.map(([name, state]) => [
        name,
        asked(state),
        ...(["success", "failure", "ignored"] as const).map((result) => ended(state, own, result)),
        ended(state, old, "failure"),
      ]),
    ),
  "circuit-peers": () =>
    table(
      ["what happens", ...libraries, "why they differ"],
      compared.map(({ scenario, outcomes }) => [
        scenario.name,
        ...libraries.map((library) => inWords(outcomes[library], Object.values(outcomes))),
        scenario.why ?? "",
      ]),
    ),
};

const answers: Readonly<Record<Answer, string>> = {
  result: "the call runs",
  "own error": "",
  refused: "the call is refused",
  "other error": "the caller gets the listener's error",
  "no answer": "the call waits",
  crash: "the process ends",
};

/** The state, and what became of the last call if that is no matter of course. */
function inWords({ state, answer }: Outcome, all: readonly Outcome[]): string {
  const isNews = answers[answer] !== "" && all.some((other) => other.answer !== "no answer");
  return isNews ? `${state}: ${answers[answer]}` : state;
}

const now = 1_000_000;
const minute = 60_000;
const settings = circuitSettings("service");
const own: EnterToken = { generation: 3, lease: "probe" };
const old: EnterToken = { generation: 2 };

const base = { version: 1, generation: 3, opened: 1, openMs: 0 } as const;
const closed = (failures: number): CircuitState => ({
  ...base,
  phase: { status: "closed", window: { counts: "in-a-row", failures } },
});
const open = (openedAt: number): CircuitState => ({
  ...base,
  phase: { status: "open", openedAt, breakMs: minute, attempt: 1, since: openedAt },
});
const halfOpen = (...leases: readonly number[]): CircuitState => ({
  ...base,
  phase: {
    status: "half-open",
    attempt: 1,
    since: now - minute,
    successes: 0,
    leases: leases.map((until) => ({ id: "probe", until })),
  },
});
const held = (to: Forced["to"]): CircuitState => ({ ...closed(4), forced: { to } });

const states: readonly (readonly [string, CircuitState])[] = [
  ["closed", closed(0)],
  ["closed, after 4 failures", closed(4)],
  ["open, 20 s of the break left", open(now - 40_000)],
  ["open, the break is over", open(now - minute)],
  ["half-open, a place is free", halfOpen()],
  ["half-open, a probe runs", halfOpen(now + minute)],
  ["half-open, the probe's time is over", halfOpen(now)],
  ["held open", held("open")],
  ["held closed", held("closed")],
];

function asked(state: CircuitState): string {
  const entry = enterCircuit(state, "next", now, settings);
  if (entry.pass) return entry.token.lease === undefined ? "runs" : "runs as a probe";
  if (entry.retryAfterMs === undefined) return "refused";
  return `refused, retry after ${entry.retryAfterMs / 1_000} s`;
}

function ended(state: CircuitState, token: EnterToken, result: CallResult): string {
  const settled = settleCircuit(state, token, result, now, 0, settings);
  if (!settled.applied) return "too late";
  const { phase } = settled.state;
  if (phase.status === "open") return `opens for ${phase.breakMs / 1_000} s`;
  if (phase.status === "half-open") return "frees the place";
  if (state.phase.status === "half-open") return "closes";
  const failures = phase.window.counts === "in-a-row" ? phase.window.failures : 0;
  return `${stateAt(settled.state, now)}, ${failures} ${failures === 1 ? "failure" : "failures"}`;
}
