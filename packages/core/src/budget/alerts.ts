import { toUsd } from "./amounts.ts";
import { endOf, slotOf } from "./window.ts";
import type { Ceilings } from "../vocabulary/ceilings.ts";
import { type Balance, usedIn } from "./balance.ts";
import type { AccountLimit } from "./account-limit.ts";

/** A budget that has reached its `alertAt` share of its limit. */
export interface Alert {
  readonly account: string;
  readonly ceiling: string;
  readonly limit: number;
  readonly used: number;
}

/** A ceiling that an alert is due for, with what is used of it. */
interface Due {
  readonly ceiling: keyof Ceilings;
  readonly limit: number;
  readonly used: number;
}

/** The ceilings of an account limit that an alert is due for. */
export function dueAlerts(
  { budget, window }: AccountLimit,
  balance: Balance,
  now: number,
): readonly Due[] {
  const { alertAt } = budget;
  if (alertAt === undefined) return [];
  const { modelCalls, toolCalls, tokens, nanoUsd } = usedIn(balance, window, now);
  const used = { modelCalls, toolCalls, tokens, usd: toUsd(nanoUsd) };
  return (Object.keys(used) as (keyof typeof used)[]).flatMap((ceiling) => {
    const limit = budget[ceiling];
    const isDue = limit !== undefined && used[ceiling] >= alertAt * limit;
    return isDue && !isRaised(balance, ceiling, window, now)
      ? [{ ceiling, limit, used: used[ceiling] }]
      : [];
  });
}

/** Once per window: in one that rolls, not again until what was counted then has left it. */
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
