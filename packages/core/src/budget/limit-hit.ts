import type { CallEstimate } from "./call-estimate.ts";
import { toNanoUsd, toUsd } from "./amounts.ts";
import type { Amounts } from "../vocabulary/spending.ts";
import { elapsedMs, heldAt, usedIn, type Balance } from "./balance.ts";
import type { Ceilings } from "../vocabulary/ceilings.ts";
import type { AccountLimit } from "./account-limit.ts";
import { endOf, slotOf } from "./window.ts";

/** The limit that a call would pass. */
export interface LimitHit {
  readonly ceiling: keyof Ceilings | "price" | "store";
  readonly limit: number;
  readonly used: number;
  /** The account of the limit. */
  readonly account: string;
  /** Whether only the reservations of other calls are in the way: then a later call may pass. */
  readonly contention: boolean;
  /** When the used-up window ends. Absent if waiting does not help. */
  readonly until?: number;
}

/**
 * Finds the limit that refuses a call. The call that reaches a limit passes, the next does not. Counts refuse calls of
 * their own kind; spent tokens and USD refuse every call. A call may cost more than was left: then the *next* call is
 * refused.
 *
 * @param at the time by the account's own clock, if that is not the wall clock
 */
export function findLimitHit(
  accountLimit: AccountLimit,
  balance: Balance,
  estimate: CallEstimate,
  extra: Ceilings,
  now: number,
  at: number = now,
): LimitHit | undefined {
  const { budget, window, account } = accountLimit;
  const used = usedIn(balance, window, now);
  const { certain, likely } = estimate;
  const limitOf = (ceiling: keyof Ceilings) => limitFor(accountLimit, extra, ceiling);

  const hit = (ceiling: keyof Ceilings, limit: number, amount: number, contention: boolean) => {
    const read = ceiling === "usd" ? toUsd : (figure: number) => figure;
    const until = contention ? undefined : freeAt(accountLimit, balance, now);
    const found = { ceiling, limit: read(limit), used: read(amount), account, contention };
    return until === undefined ? found : { ...found, until };
  };
  const counted = (ceiling: "modelCalls" | "toolCalls" | "wallMs", amount: number) => {
    const limit = limitOf(ceiling);
    return limit !== undefined && amount >= limit ? hit(ceiling, limit, amount, false) : undefined;
  };
  const summed = (ceiling: "tokens" | "usd", figure: keyof Amounts) => {
    const limit = limitOf(ceiling);
    if (limit === undefined) return undefined;
    const { reserved, overdue } = heldAt(balance, now);
    const spent = used[figure] + overdue[figure];
    if (spent >= limit || spent + certain[figure] > limit) {
      return hit(ceiling, limit, spent, false);
    }
    const others = spent + reserved[figure];
    return reserved[figure] > 0 && others + likely[figure] > limit
      ? hit(ceiling, limit, others, true)
      : undefined;
  };

  return (
    (estimate.modelCalls > 0 ? counted("modelCalls", used.modelCalls) : undefined) ??
    (estimate.toolCalls > 0 ? counted("toolCalls", used.toolCalls) : undefined) ??
    (balance.startedAt === undefined && budget.wallMs !== 0
      ? undefined
      : counted("wallMs", elapsedMs(balance, at))) ??
    summed("tokens", "tokens") ??
    summed("usd", "nanoUsd")
  );
}

/** A limit with its extensions, without the part for the last answer. Money is in nano-dollars. */
export function limitFor(
  { budget }: Pick<AccountLimit, "budget">,
  extra: Ceilings,
  ceiling: keyof Ceilings,
): number | undefined {
  const limit = budget[ceiling];
  if (limit === undefined) return undefined;
  const kept =
    ceiling in keptBack ? (budget.finalAnswer?.[ceiling as keyof typeof keptBack] ?? 0) : 0;
  const sum = limit + (extra[ceiling] ?? 0) - kept;
  return ceiling === "usd" ? toNanoUsd(sum) : sum;
}

const keptBack = { modelCalls: true, tokens: true, usd: true } as const;

/** When a used-up window has room again. A rolling window has room when its oldest slot leaves. */
function freeAt({ window }: AccountLimit, balance: Balance, now: number): number | undefined {
  const oldest = Object.keys(balance.used).toSorted((a, b) => Number(a) - Number(b))[0];
  return endOf(window, oldest ?? slotOf(window, now), now);
}
