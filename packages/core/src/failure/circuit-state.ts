import type { FailureCircuitState } from "../vocabulary/circuit-refusal.ts";
import { emptyWindow, type FailureWindow } from "./failure-window.ts";
import type { OpenRule } from "./circuit-settings.ts";

/** The right of one probe to run, until `until`. */
export interface ProbeLease {
  readonly id: string;
  readonly until: number;
}

/** Calls run, and guard counts failures. */
export interface ClosedPhase {
  readonly status: "closed";
  readonly window: FailureWindow;
}

/** guard refuses calls. Half-open is computed from `openedAt` and `breakMs`: no timer waits for it. */
export interface OpenPhase {
  readonly status: "open";
  readonly openedAt: number;
  readonly breakMs: number;
  /** 1 for the first break. Closing starts again at 1. */
  readonly attempt: number;
  /** When the circuit opened for the first time since it was closed. */
  readonly since: number;
}

/** guard lets a few probes through. */
export interface HalfOpenPhase {
  readonly status: "half-open";
  readonly attempt: number;
  readonly since: number;
  readonly successes: number;
  readonly leases: readonly ProbeLease[];
}

/** A human holds the circuit open or closed. A record, not a handle: it outlives the process that wrote it. */
export interface Forced {
  readonly to: "open" | "closed";
  readonly by?: string;
  readonly why?: string;
  /** When it ends, in milliseconds since the epoch. Default: when a human lifts it. */
  readonly until?: number;
}

/** The whole state of a failure circuit. Plain data: a store keeps it as JSON. */
export interface CircuitState {
  readonly version: 1;
  /** Grows with each transition. A call's result counts only in the generation in which the call began. */
  readonly generation: number;
  readonly phase: ClosedPhase | OpenPhase | HalfOpenPhase;
  readonly forced?: Forced;
  /** How often the circuit has opened, re-openings by a failed probe included. */
  readonly opened: number;
  /** For how many milliseconds the circuit was not closed, the present break left out. */
  readonly openMs: number;
}

/** The state of a circuit that has seen no call. */
export function newCircuit(rule: OpenRule): CircuitState {
  const phase = { status: "closed", window: emptyWindow(rule) } as const;
  return { version: 1, generation: 0, phase, opened: 0, openMs: 0 };
}

/** What holds the circuit now, unless its time is over. */
export function forcedAt({ forced }: CircuitState, now: number): Forced | undefined {
  return forced?.until === undefined || forced.until > now ? forced : undefined;
}

/** The rest of a break, between 0 and its length: setting the clock back can't lengthen it. */
export function breakLeftMs({ openedAt, breakMs }: OpenPhase, now: number): number {
  return Math.min(Math.max(openedAt + breakMs - now, 0), breakMs);
}

/** The state as a reader should see it now. */
export function stateAt(state: CircuitState, now: number): FailureCircuitState {
  const forced = forcedAt(state, now);
  if (forced !== undefined) return forced.to;
  const { phase } = state;
  return phase.status === "open" && breakLeftMs(phase, now) === 0 ? "half-open" : phase.status;
}
