import { nothing, plus } from "../budget/amounts.ts";
import { added, unused, type Balance } from "../budget/balance.ts";
import { balanceNameOf } from "../budget/postings.ts";
import type { LedgerEntry } from "../ports/ledger.ts";
import type { Posting } from "../vocabulary/posting.ts";
import type { Amounts, Used } from "../vocabulary/spending.ts";

/** A balance, with its account and its window. */
export interface NamedBalance {
  readonly account: string;
  readonly window: string;
  readonly balance: Balance;
}

/** The sum of entries for one balance, and the time of the last entry. Further entries change it. */
export interface Sum extends NamedBalance {
  readonly balance: {
    readonly used: Record<string, Used>;
    held: Readonly<Record<string, Amounts>>;
    readonly alerted: Balance["alerted"];
  };
  at: number;
}

/** The sums of the entries, by the names of the balances. */
export function sumEntries(entries: readonly LedgerEntry[]): ReadonlyMap<string, Sum> {
  const sums = new Map<string, Sum>();
  for (const entry of entries) addEntry(sums, entry);
  return sums;
}

/** Adds an entry to the sums. */
export function addEntry(sums: Map<string, Sum>, { type, postings, at }: LedgerEntry): void {
  if (type === "restored") {
    for (const posting of postings) sums.delete(balanceNameOf(posting));
  }
  for (const posting of postings) {
    const { account, window } = posting;
    const name = balanceNameOf(posting);
    const sum = sums.get(name) ?? {
      account,
      window,
      balance: { used: {}, held: {}, alerted: {} },
      at,
    };
    addPosting(sum.balance, posting);
    sum.at = at;
    sums.set(name, sum);
  }
}

/** Changes the balance in place: a rolling window has many slots. */
function addPosting(balance: Sum["balance"], posting: Posting): void {
  const { slot, expires, heldTokens, heldNanoUsd } = posting;
  balance.used[slot] = added(balance.used[slot] ?? unused, posting);
  if (heldTokens === 0 && heldNanoUsd === 0) return;
  const { [expires]: before = nothing, ...others } = balance.held;
  const held = plus(before, { tokens: heldTokens, nanoUsd: heldNanoUsd });
  const isFree = held.tokens === 0 && held.nanoUsd === 0;
  balance.held = isFree ? others : { ...others, [expires]: held };
}
