import type { SumLimit } from "../ports/store.ts";
import type { Ceilings } from "../vocabulary/ceilings.ts";
import type { Used } from "../vocabulary/spending.ts";
import type { AccountLimit } from "./account-limit.ts";
import { toNanoUsd, toUsd } from "./amounts.ts";
import { type Balance, slotsOf, usedIn } from "./balance.ts";
import { balanceFigures } from "./balance-figures.ts";
import { endOf, slotOf } from "./window.ts";

/** A budget that has reached the share `alertAt` of a limit. */
export interface Alert {
  readonly account: string;
  readonly ceiling: string;
  readonly limit: number;
  readonly used: number;
}

/** A ceiling without an alert in its window. */
interface Pending {
  readonly ceiling: keyof typeof figureOf;
  readonly limit: number;
  readonly used: number;
  /** The figure from which on an alert is due. */
  readonly from: number;
}

/** Where a balance counts what a ceiling limits. */
const figureOf = {
  modelCalls: "modelCalls",
  toolCalls: "toolCalls",
  tokens: "tokens",
  usd: "nanoUsd",
} as const satisfies Partial<Record<keyof Ceilings, keyof Used>>;

/** The alerts that are due for an account limit. */
export function dueAlerts(
  accountLimit: AccountLimit,
  balance: Balance,
  now: number,
): readonly Alert[] {
  const { account } = accountLimit;
  return pendingAlerts(accountLimit, balance, now)
    .filter(({ used, from }) => used >= from)
    .map(({ ceiling, limit, used }) => ({ account, ceiling, limit, used }));
}

/** The condition on a balance's figures as long as no other alert is due. */
export function roomBeforeAlerts(
  accountLimit: AccountLimit,
  balance: Balance,
  now: number,
): readonly SumLimit[] {
  return pendingAlerts(accountLimit, balance, now)
    .filter(({ used, from }) => used < from)
    .map(({ ceiling, used, from }) => {
      const figure = figureOf[ceiling];
      const exact = ceiling === "usd" ? toNanoUsd : Math.ceil;
      return {
        sumOf: slotsOf(balance, accountLimit.window, now).map((slot) =>
          balanceFigures.used(slot, figure),
        ),
        atMost: Math.max(exact(used), exact(from) - 1),
      };
    });
}

function pendingAlerts(
  { budget, window }: AccountLimit,
  balance: Balance,
  now: number,
): readonly Pending[] {
  const { alertAt } = budget;
  if (alertAt === undefined) return [];
  const sums = usedIn(balance, window, now);
  return (Object.keys(figureOf) as (keyof typeof figureOf)[]).flatMap((ceiling) => {
    const limit = budget[ceiling];
    if (limit === undefined || isRaised(balance, ceiling, window, now)) return [];
    const used = ceiling === "usd" ? toUsd(sums.nanoUsd) : sums[ceiling];
    return [{ ceiling, limit, used, from: alertAt * limit }];
  });
}

/** Once in each window. In a rolling window: again after the counted calls have left it. */
function isRaised(
  { alerted }: Balance,
  ceiling: string,
  window: AccountLimit["window"],
  now: number,
): boolean {
  const at = alerted[ceiling];
  if (at === undefined) return false;
  const end = window.per?.startsWith("rolling") ? endOf(window, slotOf(window, at), at) : undefined;
  return end === undefined || end > now;
}
