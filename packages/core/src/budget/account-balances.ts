import type { Store } from "../ports/store.ts";
import { toUsd } from "./amounts.ts";
import { heldAt, usedIn, type Balance } from "./balance.ts";
import type { Spending } from "../vocabulary/spending.ts";
import { balancesIn, namesIn } from "./shared-accounts.ts";
import type { Per } from "./window.ts";

/** What an account has used in one of its windows. */
export interface AccountBalance extends Spending {
  /** The window, such as `life`, `rolling-hour` or `day 2026-11-21 Europe/Berlin`. */
  readonly window: string;
  /** What guard has reserved for calls that have not come back, in USD. */
  readonly reservedUsd: number;
}

/** The balances of an account, in each window that the store still knows. */
export async function accountBalances(
  store: Store,
  account: string,
  now: number,
): Promise<readonly AccountBalance[]> {
  const prefix = `${account} `;
  const names = (await namesIn(store)).filter((name) => name.startsWith(prefix));
  return [...(await balancesIn(store, names))].map(([name, balance]) => {
    const window = name.slice(prefix.length);
    return { window, ...figuresOf(balance, window, now) };
  });
}

function figuresOf(balance: Balance, window: string, now: number): Omit<AccountBalance, "window"> {
  const per = window.startsWith("rolling") ? (window as Per) : undefined;
  const used = usedIn(balance, { per, timeZone: "UTC" }, now);
  const { modelCalls, toolCalls, delegations = 0, tokens, nanoUsd } = used;
  const { reserved, overdue } = heldAt(balance, now);
  return {
    modelCalls,
    toolCalls,
    delegations,
    tokens: tokens + overdue.tokens,
    usd: toUsd(nanoUsd + overdue.nanoUsd),
    reservedUsd: toUsd(reserved.nanoUsd),
  };
}
