import type { Call } from "../call.ts";
import { amountsOfEstimate, toNanoUsd, toUsd } from "./amounts.ts";
import type { Totals } from "./totals.ts";

/** The most that one run may use. A limit of 0 lets nothing through; an absent one is no limit. */
export interface Ceilings {
  readonly modelCalls?: number | undefined;
  readonly toolCalls?: number | undefined;
  readonly tokens?: number | undefined;
  readonly usd?: number | undefined;
  /** From the run's first call on, in milliseconds. */
  readonly wallMs?: number | undefined;
}

/** Which ceiling a call would pass, and by what. */
export interface Reached {
  readonly ceiling: keyof Ceilings;
  readonly limit: number;
  readonly used: number;
  /** Only other calls' reservations are in the way: asking again later may succeed. */
  readonly contention: boolean;
}

/**
 * The ceiling that refuses this call, if one does. Inclusive: the call that reaches a limit is
 * allowed, the next is not. Counts refuse calls of their own kind; tokens and USD, once spent, refuse
 * every call. A settlement may overshoot, and then the *next* call is the one that is refused.
 */
export function reachedCeiling(
  totals: Totals,
  limits: Ceilings,
  call: Call,
  now: number,
): Reached | undefined {
  const { spent, reserved, modelCalls, toolCalls, startedAt = now } = totals;
  const estimate = amountsOfEstimate(call.estimate);
  const nanoLimit = limits.usd === undefined ? undefined : toNanoUsd(limits.usd);
  return (
    (call.kind === "model" ? counted("modelCalls", modelCalls, limits.modelCalls) : undefined) ??
    (call.kind === "tool" ? counted("toolCalls", toolCalls, limits.toolCalls) : undefined) ??
    counted("wallMs", now - startedAt, limits.wallMs) ??
    amount("tokens", spent.tokens, reserved.tokens, estimate.tokens, limits.tokens) ??
    inUsd(amount("usd", spent.nanoUsd, reserved.nanoUsd, estimate.nanoUsd, nanoLimit))
  );
}

function counted(
  ceiling: keyof Ceilings,
  used: number,
  limit: number | undefined,
): Reached | undefined {
  if (limit === undefined || used < limit) return undefined;
  return { ceiling, limit, used, contention: false };
}

function amount(
  ceiling: keyof Ceilings,
  spent: number,
  reserved: number,
  estimate: number,
  limit: number | undefined,
): Reached | undefined {
  if (limit === undefined) return undefined;
  if (spent >= limit || spent + estimate > limit) {
    return { ceiling, limit, used: spent, contention: false };
  }
  if (spent + reserved + estimate > limit) {
    return { ceiling, limit, used: spent + reserved, contention: true };
  }
  return undefined;
}

function inUsd(reached: Reached | undefined): Reached | undefined {
  return reached && { ...reached, limit: toUsd(reached.limit), used: toUsd(reached.used) };
}
