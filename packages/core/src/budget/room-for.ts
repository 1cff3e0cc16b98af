import type { SumLimit } from "../ports/store.ts";
import type { Ceilings } from "../vocabulary/ceilings.ts";
import type { Amounts } from "../vocabulary/spending.ts";
import type { AccountLimit } from "./account-limit.ts";
import { heldAt, slotsOf, usedIn, type Balance } from "./balance.ts";
import { balanceFigures } from "./balance-figures.ts";
import type { CallEstimate } from "./call-estimate.ts";
import { limitFor } from "./limit-hit.ts";

const { used: usedName, held: heldName } = balanceFigures;

/**
 * The condition of `findLimitHit` for a call, as figures of its balance after the hold. A store that can post checks
 * it, also against calls of other processes.
 */
export function roomFor(
  accountLimit: AccountLimit,
  balance: Balance,
  estimate: CallEstimate,
  extra: Ceilings,
  now: number,
): readonly SumLimit[] {
  const { certain, likely } = estimate;
  const slots = slotsOf(balance, accountLimit.window, now);
  const spent = usedIn(balance, accountLimit.window, now);
  const { reserved, overdue } = heldAt(balance, now);

  const counted = (ceiling: "modelCalls" | "toolCalls"): readonly SumLimit[] => {
    const limit = limitFor(accountLimit, extra, ceiling);
    if (limit === undefined || estimate[ceiling] === 0) return [];
    const sumOf = slots.map((slot) => usedName(slot, ceiling));
    return [{ sumOf, atMost: Math.ceil(limit) - 1 + estimate[ceiling] }];
  };
  const summed = (ceiling: "tokens" | "usd", figure: keyof Amounts): readonly SumLimit[] => {
    const limit = limitFor(accountLimit, extra, ceiling);
    if (limit === undefined) return [];
    const used = slots.map((slot) => usedName(slot, figure));
    const held = heldName(figure);
    // Holds of other calls are in the way of the call's likely cost. A call alone needs room only
    // for its least cost.
    const isAlone =
      reserved[figure] === 0 && spent[figure] + overdue[figure] + likely[figure] > limit;
    const needed = (isAlone ? certain : likely)[figure];
    return [
      { sumOf: [...used, held], atMost: limit - needed + likely[figure] },
      ...(isAlone ? [{ sumOf: [held], atMost: overdue[figure] + likely[figure] }] : []),
      // A call that costs nothing passes in spite of holds, but not if the budget is spent.
      ...(needed === 0 ? [{ sumOf: used, atMost: Math.ceil(limit) - 1 }] : []),
    ];
  };

  return [
    ...counted("modelCalls"),
    ...counted("toolCalls"),
    ...summed("tokens", "tokens"),
    ...summed("usd", "nanoUsd"),
  ];
}
