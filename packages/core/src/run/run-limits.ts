import { runAccount } from "../budget/run-account.ts";
import { holdPostings } from "../budget/postings.ts";
import { extensionFor } from "../machine/override.ts";
import type { RequestedCall } from "./requested-call.ts";
import { type LimitHit, findLimitHit } from "../budget/limit-hit.ts";
import type { LaneContext } from "./lane-context.ts";
import type { Call } from "../vocabulary/call.ts";
import { type Balance, emptyBalance, post } from "../budget/balance.ts";
import { type AccountLimit, runLimits } from "../budget/account-limit.ts";

/** Holds what a call needs, for judging the calls after it. */
export function holdIn(
  balances: Map<string, Balance>,
  { now, settings }: LaneContext,
  limits: readonly AccountLimit[],
  estimate: RequestedCall["estimate"],
): void {
  for (const posting of holdPostings(limits, estimate, now, settings.reservations.ttlMs)) {
    const balance = balances.get(posting.account) ?? emptyBalance;
    balances.set(posting.account, post(balance, posting));
  }
}

/** The limits of the run's own accounts that hold for a call. */
export function limitsFor({ settings, lane }: LaneContext, call: Call): readonly AccountLimit[] {
  return runLimits(settings.accountLimits, lane.agent, call);
}

/** A call of a model whose price is unknown, where `pricing.unknown` is `deny`. */
const unpriced: LimitHit = {
  ceiling: "price",
  limit: 0,
  used: 0,
  account: runAccount,
  contention: false,
};

export function limitHitIn(
  { state, now, settings }: LaneContext,
  limits: readonly AccountLimit[],
  balances: ReadonlyMap<string, Balance>,
  estimate: RequestedCall["estimate"],
): LimitHit | undefined {
  if (estimate.isUnpriced) return unpriced;
  const at = settings.monotonic();
  for (const accountLimit of limits) {
    const balance = balances.get(accountLimit.account) ?? emptyBalance;
    const extra = extensionFor(state.overrides, accountLimit.account, now);
    const limitHit = findLimitHit(accountLimit, balance, estimate, extra, now, at);
    if (limitHit !== undefined) return limitHit;
  }
  return undefined;
}
