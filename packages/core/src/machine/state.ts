import type { Spending } from "../vocabulary/spending.ts";
import type { Finding } from "../vocabulary/call.ts";
import type { Repeat } from "../evidence/records.ts";

/** Why the circuit opened. The breaker keeps it until the circuit closes. */
export interface Trip {
  readonly at: number;
  readonly finding: Finding;
  /** What the run had used. Trips of older versions count no delegations. */
  readonly used: Omit<Spending, "delegations"> & Partial<Pick<Spending, "delegations">>;
  /** What the loop repeated: a probe in another process compares its outcome with this. */
  readonly repeats: readonly Repeat[];
  /** Whether time ends the trip. A spent budget has no probe: only more budget or a new window ends it. */
  readonly recovers: boolean;
  /** When the window of a spent budget ends. */
  readonly until?: number | undefined;
  /** The one model call for a last answer was granted. */
  readonly hasLastAnswer?: true;
}

/** The right to probe: one round, until `until`. */
interface Lease {
  readonly lane: string;
  readonly token: string;
  readonly until: number;
}

/** The circuit is closed: the rules judge calls. */
export interface Closed {
  readonly status: "closed";
}

/** The circuit is open. Half-open is computed from `openedAt` and `cooldownMs`; no timer waits for it. */
export interface Open {
  readonly status: "open";
  readonly openedAt: number;
  readonly cooldownMs: number;
  /** 1 for the first opening. Closing the circuit starts again at 1. */
  readonly attempt: number;
  readonly trip: Trip;
}

/** One lane probes whether the loop is over. */
export interface HalfOpen {
  readonly status: "half-open";
  readonly attempt: number;
  readonly trip: Trip;
  /** The lane that probes, as long as its claim holds. Then any lane may probe. */
  readonly claim: { readonly lane: string; readonly until: number };
  readonly leases: readonly Lease[];
}

/** The circuit's own state. A field exists only in the state that uses it. */
export type MachineState = Closed | Open | HalfOpen;

export const closed: Closed = { status: "closed" };

/** Whether a human has stopped the run. Then no probe and no last answer may follow. */
export function isByHand(state: MachineState): boolean {
  return state.status !== "closed" && state.trip.finding.rule === "manual";
}

/** How the circuit recovers. */
export interface Recovery {
  /** The first break's length in milliseconds. */
  readonly cooldownMs: number;
  /** The longest break, in milliseconds. */
  readonly maxCooldownMs: number;
  /** How long a probe may take before its permit is free again, in milliseconds. */
  readonly leaseMs: number;
  /** How many probing rounds may be under way at once. */
  readonly probes: number;
}

/** The rest of a break, between 0 and its length: setting the clock back can't lengthen it. */
export function remainingMs(state: Open, now: number): number {
  const { recovers, until } = state.trip;
  if (!recovers) return until === undefined ? Number.POSITIVE_INFINITY : Math.max(until - now, 0);
  return Math.min(Math.max(state.openedAt + state.cooldownMs - now, 0), state.cooldownMs);
}

/**
 * The state as a reader should see it now: half-open after the break, closed if a new window of a spent budget has
 * begun.
 */
export function statusAt(state: MachineState, now: number): MachineState["status"] {
  if (state.status !== "open" || remainingMs(state, now) > 0) return state.status;
  return state.trip.recovers ? "half-open" : "closed";
}
