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
 * What must hold once a call is held for `findLimitHit` to have let it through, in figures of its balance: a store that
 * can post checks it, also where other processes have been let through meanwhile.
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
    // What others hold is in the way of what the call is likely to cost, but not of one that is alone.
    const isAlone =
      reserved[figure] === 0 && spent[figure] + overdue[figure] + likely[figure] > limit;
    const needed = (isAlone ? certain : likely)[figure];
    return [
      { sumOf: [...used, held], atMost: limit - needed + likely[figure] },
      ...(isAlone ? [{ sumOf: [held], atMost: overdue[figure] + likely[figure] }] : []),
      // What is held for others is no reason to refuse a call that costs nothing, what is spent is.
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
