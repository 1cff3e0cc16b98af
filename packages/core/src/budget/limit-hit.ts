import type { CallEstimate } from "./call-estimate.ts";
import { toNanoUsd, toUsd } from "./amounts.ts";
import type { Amounts } from "../vocabulary/spending.ts";
import { elapsedMs, heldAt, usedIn, type Balance } from "./balance.ts";
import type { Ceilings } from "../vocabulary/ceilings.ts";
import type { AccountLimit } from "./account-limit.ts";
import { endOf, slotOf } from "./window.ts";

/** Which ceiling a call would pass, and by what. */
export interface LimitHit {
  readonly ceiling: keyof Ceilings | "price" | "store";
  readonly limit: number;
  readonly used: number;
  /** Whose it is. */
  readonly account: string;
  /** Only other calls' reservations are in the way: asking again later may succeed. */
  readonly contention: boolean;
  /** When the window that is used up ends; absent where time alone changes nothing. */
  readonly until?: number;
}

/**
 * The ceiling of a limit that refuses this call, if one does. Inclusive, everywhere: the call that reaches
 * a limit is allowed, the next is not. Counts refuse calls of their own kind; tokens and USD, once spent,
 * refuse every call. A settlement may overshoot, and then the *next* call is the one that is refused.
 *
 * @param at the moment by the clock that the time of the account is counted by, where that is not the wall clock
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

/** A limit with what was granted on top, without what is kept back; money in nano-dollars. */
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

/** When a window that is used up has room again: a rolling one as soon as its oldest slot leaves. */
function freeAt({ window }: AccountLimit, balance: Balance, now: number): number | undefined {
  const oldest = Object.keys(balance.used).toSorted((a, b) => Number(a) - Number(b))[0];
  return endOf(window, oldest ?? slotOf(window, now), now);
}
