import type { CircuitRefusal } from "../vocabulary/circuit-refusal.ts";
import { breakLeftMs, forcedAt, type CircuitState, type HalfOpenPhase } from "./circuit-state.ts";
import type { CircuitSettings } from "./circuit-settings.ts";

/** The right to make one call. */
export interface EnterToken {
  readonly generation: number;
  /** The lease of a probe. */
  readonly lease?: string;
}

/** Whether a call may start, and the circuit's state after the question. */
export type Entry =
  | { readonly pass: true; readonly token: EnterToken; readonly state: CircuitState }
  | {
      readonly pass: false;
      readonly reads: CircuitRefusal["state"];
      /** `undefined` if waiting does not help: a human holds the circuit open. */
      readonly retryAfterMs: number | undefined;
      readonly state: CircuitState;
    };

/**
 * May a call start now? Time moves the circuit only here, when a call asks.
 *
 * @param id names the lease if the call is a probe
 */
export function enterCircuit(
  before: CircuitState,
  id: string,
  now: number,
  { recovery }: CircuitSettings,
): Entry {
  const state = withoutEndedForce(before, now);
  const token = { generation: state.generation };
  const forced = forcedAt(state, now);
  if (forced?.to === "closed") return { pass: true, token, state };
  if (forced?.to === "open") {
    const retryAfterMs = forced.until === undefined ? undefined : forced.until - now;
    return { pass: false, reads: "open", retryAfterMs, state };
  }
  const { phase } = state;
  switch (phase.status) {
    case "closed":
      return { pass: true, token, state };
    case "open": {
      const retryAfterMs = breakLeftMs(phase, now);
      // The clock was set back: the break begins anew, or it would last until the clock has caught up.
      const next = now < phase.openedAt ? { ...state, phase: { ...phase, openedAt: now } } : state;
      if (retryAfterMs > 0) return { pass: false, reads: "open", retryAfterMs, state: next };
      const { attempt, since } = phase;
      const probing = { status: "half-open", attempt, since, successes: 0, leases: [] } as const;
      return probe({ ...state, generation: state.generation + 1 }, probing, id, now, recovery);
    }
    case "half-open":
      return probe(state, phase, id, now, recovery);
  }
}

function withoutEndedForce(state: CircuitState, now: number): CircuitState {
  if (state.forced === undefined || forcedAt(state, now) !== undefined) return state;
  const { forced: _, ...free } = state;
  return free;
}

function probe(
  state: CircuitState,
  phase: HalfOpenPhase,
  id: string,
  now: number,
  { leaseMs, probes }: CircuitSettings["recovery"],
): Entry {
  const latest = now + leaseMs;
  // A lease that ends later than one from now on comes from before the clock was set back.
  const leases = phase.leases
    .filter(({ until }) => until > now)
    .map((lease) => ({ ...lease, until: Math.min(lease.until, latest) }));
  if (leases.length >= probes) {
    const retryAfterMs = Math.min(...leases.map(({ until }) => until)) - now;
    return { pass: false, reads: "half-open", retryAfterMs, state };
  }
  const next = { ...phase, leases: [...leases, { id, until: latest }] };
  const { generation } = state;
  return { pass: true, token: { generation, lease: id }, state: { ...state, phase: next } };
}
