import { emptyBalance, post, type Balance } from "../budget/balance.ts";
import { balanceNameOf } from "../budget/postings.ts";
import type { LedgerEntry } from "../ports/ledger.ts";

/** A balance, under the account and the window that postings name. */
export interface NamedBalance {
  readonly account: string;
  readonly window: string;
  readonly balance: Balance;
}

/** What the entries add up to, by the names of the balances. */
export function sumEntries(entries: readonly LedgerEntry[]): ReadonlyMap<string, NamedBalance> {
  const sums = new Map<string, NamedBalance>();
  for (const entry of entries) {
    if (entry.type === "restored") {
      for (const posting of entry.postings) sums.delete(balanceNameOf(posting));
    }
    for (const posting of entry.postings) {
      const { account, window } = posting;
      const before = sums.get(balanceNameOf(posting))?.balance ?? emptyBalance;
      sums.set(balanceNameOf(posting), { account, window, balance: post(before, posting) });
    }
  }
  return sums;
}
