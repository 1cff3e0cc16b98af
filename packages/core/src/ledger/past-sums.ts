import type { Balance } from "../budget/balance.ts";
import { balanceNameOf, moves, postingsOf } from "../budget/postings.ts";
import { isCurrent, lengthOf, pers } from "../budget/window.ts";
import type { LedgerEntry } from "../ports/ledger.ts";
import type { Posting } from "../vocabulary/posting.ts";
import { addEntry, type Sum } from "./sum-entries.ts";

const dayMs = 24 * 3_600_000;

/** No store still has the balance of a window that nothing was posted to for this long. */
const windowKeptMs = 64 * dayMs;

/** Nor that of an account without a window. */
const lifeKeptMs = 500 * dayMs;

const firstSweep = 1_000;

/**
 * What the entries that have left a ledger add up to. It holds the balances that stores and runs still have: runs
 * that are closed add up to nothing, and go; so do windows that are long over, and what has left one that rolls.
 */
export class PastSums {
  readonly #sums = new Map<string, Sum>();
  #at: number | undefined;
  #sweepAt = firstSweep;

  /** When the last entry was written; `undefined`: none has left. */
  get at(): number | undefined {
    return this.#at;
  }

  add(entries: readonly LedgerEntry[]): void {
    const changed = new Set<string>();
    for (const entry of entries) {
      addEntry(this.#sums, entry);
      for (const posting of entry.postings) changed.add(balanceNameOf(posting));
      this.#at = entry.at;
    }
    for (const name of changed) this.#shorten(name);
    if (this.#sums.size >= this.#sweepAt) this.#sweep();
  }

  /** The postings that make the sums: all, or those of one account. */
  postings(account?: string): readonly Posting[] {
    const postings: Posting[] = [];
    for (const sum of this.#sums.values()) {
      if (account === undefined || account === sum.account) postings.push(...postingsIn(sum));
    }
    return postings;
  }

  /** Forgets what no balance still has: what has left a window that rolls, and a sum of nothing. */
  #shorten(name: string): void {
    const sum = this.#sums.get(name);
    if (sum === undefined) return;
    const per = pers.find((one) => one === sum.window);
    const lengthMs = lengthOf(per);
    if (lengthMs !== undefined) {
      const window = { per, timeZone: "UTC" };
      const { used } = sum.balance;
      for (const slot of Object.keys(used)) {
        // A write to the store comes a little before its entry: one more length is kept.
        if (!isCurrent(window, slot, sum.at - lengthMs)) delete used[slot];
      }
    }
    if (isNothing(sum.balance)) this.#sums.delete(name);
  }

  /** Each sweep waits until there are twice as many, so one entry costs little. */
  #sweep(): void {
    const now = this.#at ?? 0;
    for (const [name, { account, window, at }] of this.#sums) {
      const keptMs = window === "life" ? lifeKeptMs : windowKeptMs;
      // A run's accounts go when it is closed, however long it takes.
      if (at < now - keptMs && !account.startsWith("run:")) this.#sums.delete(name);
    }
    this.#sweepAt = Math.max(firstSweep, 2 * this.#sums.size);
  }
}

function postingsIn({ account, window, balance }: Sum): readonly Posting[] {
  return postingsOf(account, window, balance).filter(moves);
}

/** Whether a balance adds up to nothing in every slot, and holds nothing. */
function isNothing({ used, held }: Balance): boolean {
  const figures = Object.values(used).flatMap((one) => Object.values(one) as number[]);
  return figures.every((figure) => figure === 0) && Object.keys(held).length === 0;
}
