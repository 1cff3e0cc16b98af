import type { Balance } from "../budget/balance.ts";
import { balanceNameOf, moves, postingsOf } from "../budget/postings.ts";
import { isCurrent, lengthOf, pers } from "../budget/window.ts";
import type { LedgerEntry } from "../ports/ledger.ts";
import type { Posting } from "../vocabulary/posting.ts";
import { addEntry, type Sum } from "./sum-entries.ts";

const dayMs = 24 * 3_600_000;

/** After so long without a posting no store still has the balance of a window. */
const windowKeptMs = 64 * dayMs;

/** The same for an account without a window. */
const lifeKeptMs = 500 * dayMs;

const firstSweep = 1_000;

/**
 * The sums of dropped ledger entries. It keeps the balances that stores and runs still have. It drops closed runs,
 * which add up to 0, old windows, and slots that have left a rolling window.
 */
export class PastSums {
  readonly #sums = new Map<string, Sum>();
  #at: number | undefined;
  #sweepAt = firstSweep;

  /** The time of the last dropped entry. `undefined`: none was dropped. */
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

  /** Drops slots that have left a rolling window, and sums of 0. */
  #shorten(name: string): void {
    const sum = this.#sums.get(name);
    if (sum === undefined) return;
    const per = pers.find((one) => one === sum.window);
    const lengthMs = lengthOf(per);
    if (lengthMs !== undefined) {
      const window = { per, timeZone: "UTC" };
      const { used } = sum.balance;
      for (const slot of Object.keys(used)) {
        // A write to the store comes a little before its entry: keep one more length.
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
      // Keep a run's accounts until the run is closed.
      if (at < now - keptMs && !account.startsWith("run:")) this.#sums.delete(name);
    }
    this.#sweepAt = Math.max(firstSweep, 2 * this.#sums.size);
  }
}

function postingsIn({ account, window, balance }: Sum): readonly Posting[] {
  return postingsOf(account, window, balance).filter(moves);
}

/** Whether a balance is 0 in every slot, and holds nothing. */
function isNothing({ used, held }: Balance): boolean {
  const figures = Object.values(used).flatMap((one) => Object.values(one) as number[]);
  return figures.every((figure) => figure === 0) && Object.keys(held).length === 0;
}
