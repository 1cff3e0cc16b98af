import { nothing, plus } from "../budget/amounts.ts";
import type { Amounts } from "../vocabulary/spending.ts";

/** How long a loop has been going on, and what it has cost. */
export interface Loop {
  /** In the rule's own unit. An unknown outcome, or one that is only nearly the same, counts half. */
  readonly count: number;
  readonly calls: number;
  readonly spent: Amounts;
}

export const noLoop: Loop = { count: 0, calls: 0, spent: nothing };

/** A loop that goes on by `step`, with its new calls. */
export function goOn(
  loop: Loop,
  step: number,
  calls: readonly { readonly spent: Amounts }[],
): Loop {
  const spent = calls.reduce((sum, call) => plus(sum, call.spent), loop.spent);
  return { count: loop.count + step, calls: loop.calls + calls.length, spent };
}
