import type { Spending } from "../vocabulary/spending.ts";
import type { Finding } from "../vocabulary/call.ts";
import type { Repeat } from "../evidence/records.ts";

/** Why the circuit opened, kept until it closes. */
export interface Trip {
  readonly at: number;
  readonly finding: Finding;
  /** What the run had used by then. Trips that older versions have stored count no delegations. */
  readonly used: Omit<Spending, "delegations"> & Partial<Pick<Spending, "delegations">>;
  /** What the loop repeated: a probe in a process that saw nothing of it compares with this. */
  readonly repeats: readonly Repeat[];
  /** Whether time heals it. A spent budget has no probe: only more budget or a new window ends it. */
  readonly recovers: boolean;
  /** When the window of a spent budget ends. */
  readonly until?: number | undefined;
  /** The one model call that may turn what is there into an answer has been granted. */
  readonly hasLastAnswer?: true;
}

/** The right to probe: one round, until `until`. */
interface Lease {
  readonly lane: string;
  readonly token: string;
  readonly until: number;
}

/** The circuit is whole: calls are judged by the rules. */
export interface Closed {
  readonly status: "closed";
}

/** The circuit is broken. Half-open is derived from `openedAt` and `cooldownMs`, never awaited. */
export interface Open {
  readonly status: "open";
  readonly openedAt: number;
  readonly cooldownMs: number;
  /** 1 for the first opening; closing starts anew. */
  readonly attempt: number;
  readonly trip: Trip;
}

/** One lane is trying out whether the loop is over. */
export interface HalfOpen {
  readonly status: "half-open";
  readonly attempt: number;
  readonly trip: Trip;
  /** The lane that probes, as long as its claim holds; then any lane may claim. */
  readonly claim: { readonly lane: string; readonly until: number };
  readonly leases: readonly Lease[];
}

/** The circuit's own state. A field exists only in the state that uses it. */
export type MachineState = Closed | Open | HalfOpen;

export const closed: Closed = { status: "closed" };

/** Whether a human has stopped the run: no probe and no last answer may follow. */
export function isByHand(state: MachineState): boolean {
  return state.status !== "closed" && state.trip.finding.rule === "manual";
}

/** How the circuit recovers. */
export interface Recovery {
  /** The first break's length in milliseconds. */
  readonly cooldownMs: number;
  /** No break is longer than this, however often the circuit re-opened. */
  readonly maxCooldownMs: number;
  /** How long a probe may take before its permit is free again, in milliseconds. */
  readonly leaseMs: number;
  /** How many probing rounds may be under way at once. */
  readonly probes: number;
}

/** What is left of a break, between 0 and its length: a clock that was set back can't lengthen it. */
export function remainingMs(state: Open, now: number): number {
  const { recovers, until } = state.trip;
  if (!recovers) return until === undefined ? Number.POSITIVE_INFINITY : Math.max(until - now, 0);
  return Math.min(Math.max(state.openedAt + state.cooldownMs - now, 0), state.cooldownMs);
}

/**
 * The state as a reader should see it now: a break that is over reads as half-open, a budget whose new
 * window has begun as closed.
 */
export function statusAt(state: MachineState, now: number): MachineState["status"] {
  if (state.status !== "open" || remainingMs(state, now) > 0) return state.status;
  return state.trip.recovers ? "half-open" : "closed";
}
