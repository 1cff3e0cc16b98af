import { cooldown } from "../machine/cooldown.ts";
import { emptyWindow, isTooMany, withCall } from "./failure-window.ts";
import { forcedAt, type CircuitState, type HalfOpenPhase } from "./circuit-state.ts";
import type { CircuitSettings } from "./circuit-settings.ts";
import type { EnterToken } from "./enter-circuit.ts";

/** What a call was for the circuit. An `ignored` call neither opens nor closes it. */
export type CallResult = "success" | "failure" | "ignored";

/** The state after a result. `applied` is `false` for a result that came too late to count. */
export interface Settled {
  readonly applied: boolean;
  readonly state: CircuitState;
}

/**
 * Counts the result of a call. A result counts only in the generation in which the call began, and a probe's only while
 * its lease holds: a late one moves nothing.
 *
 * @param chance a number in [0, 1) from the Random port
 */
export function settleCircuit(
  state: CircuitState,
  token: EnterToken,
  result: CallResult,
  now: number,
  chance: number,
  settings: CircuitSettings,
): Settled {
  const { phase } = state;
  if (token.generation !== state.generation) return { applied: false, state };
  switch (phase.status) {
    case "closed": {
      if (result === "ignored") return { applied: true, state };
      const { openRule } = settings;
      const window = withCall(phase.window, openRule, result === "failure", now);
      const counted = window === phase.window ? state : { ...state, phase: { ...phase, window } };
      const mayOpen = result === "failure" && forcedAt(state, now) === undefined;
      if (!mayOpen || !isTooMany(window, openRule, now)) return { applied: true, state: counted };
      return { applied: true, state: open(state, 1, now, now, chance, settings) };
    }
    case "open":
      return { applied: false, state };
    case "half-open": {
      const lease = phase.leases.find(({ id }) => id === token.lease);
      if (lease === undefined || lease.until <= now) return { applied: false, state };
      return {
        applied: true,
        state: afterProbe(state, phase, lease.id, result, now, chance, settings),
      };
    }
  }
}

function afterProbe(
  state: CircuitState,
  phase: HalfOpenPhase,
  id: string,
  result: CallResult,
  now: number,
  chance: number,
  settings: CircuitSettings,
): CircuitState {
  const leases = phase.leases.filter((lease) => lease.id !== id);
  switch (result) {
    case "ignored":
      return { ...state, phase: { ...phase, leases } };
    case "failure":
      return open(state, phase.attempt + 1, phase.since, now, chance, settings);
    case "success": {
      const successes = phase.successes + 1;
      if (successes < settings.successThreshold)
        return { ...state, phase: { ...phase, leases, successes } };
      return close(state, now, settings);
    }
  }
}

function open(
  state: CircuitState,
  attempt: number,
  since: number,
  now: number,
  chance: number,
  { recovery }: CircuitSettings,
): CircuitState {
  const breakMs = cooldown(recovery, attempt, chance);
  return {
    ...state,
    generation: state.generation + 1,
    phase: { status: "open", openedAt: now, breakMs, attempt, since },
    opened: state.opened + 1,
  };
}

/** The closed state, without failures. */
export function close(
  state: CircuitState,
  now: number,
  { openRule }: Pick<CircuitSettings, "openRule">,
): CircuitState {
  return {
    ...state,
    generation: state.generation + 1,
    phase: { status: "closed", window: emptyWindow(openRule) },
    openMs: state.openMs + openForMs(state, now),
  };
}

/** For how long the circuit has been open now. 0 if it is closed. */
export function openForMs({ phase }: CircuitState, now: number): number {
  return phase.status === "closed" ? 0 : Math.max(now - phase.since, 0);
}
