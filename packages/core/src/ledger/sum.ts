import { emptyBalance, post, type Balance } from "../budget/balance.ts";
import { nameIn } from "../budget/posting.ts";
import type { LedgerEntry } from "../ports/ledger.ts";

/** A balance, under the account and the window that postings name. */
export interface Kept {
  readonly account: string;
  readonly window: string;
  readonly balance: Balance;
}

/** What the entries add up to, by the names of the balances. */
export function summed(entries: readonly LedgerEntry[]): ReadonlyMap<string, Kept> {
  const sums = new Map<string, Kept>();
  for (const entry of entries) {
    if (entry.type === "restored") {
      for (const posting of entry.postings) sums.delete(nameIn(posting));
    }
    for (const posting of entry.postings) {
      const { account, window } = posting;
      const before = sums.get(nameIn(posting))?.balance ?? emptyBalance;
      sums.set(nameIn(posting), { account, window, balance: post(before, posting) });
    }
  }
  return sums;
}
