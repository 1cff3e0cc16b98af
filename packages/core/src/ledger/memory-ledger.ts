import type { Ledger, LedgerEntry, LedgerQuery } from "../ports/ledger.ts";
import { matches } from "./matches.ts";
import { PastSums } from "./past-sums.ts";

/** A ledger whose answers are there at once. */
export interface MemoryLedger extends Ledger {
  append(entries: readonly LedgerEntry[]): void;
  read(query: LedgerQuery): readonly LedgerEntry[];
}

/**
 * The default ledger: this process's memory. Holds about `maxEntries` entries (10,000), of some 600 bytes each; what
 * leaves is added to one entry, `carried-forward`, so that balances stay what the entries add up to.
 *
 * @example
 * const registry = createRegistry({ ledger: memoryLedger({ maxEntries: 100_000 }) });
 */
export function memoryLedger({
  maxEntries = 10_000,
}: { readonly maxEntries?: number } = {}): MemoryLedger {
  const kept: LedgerEntry[] = [];
  const past = new PastSums();
  // Many leave in one go: to move those that stay costs as much for one as for all.
  const room = Math.ceil(maxEntries / 8);

  return {
    append(added) {
      for (const entry of added) kept.push(entry);
      if (kept.length <= maxEntries + room) return;
      past.add(kept.splice(0, kept.length - maxEntries));
    },
    read(query) {
      const found = kept.filter((entry) => matches(entry, query));
      const carried = carriedForward(past, query);
      return carried === undefined ? found : [carried, ...found];
    },
  };
}

/** One entry for all that have left, if it is asked for; of an account that is asked for, what is about it. */
function carriedForward(past: PastSums, query: LedgerQuery): LedgerEntry | undefined {
  if (past.at === undefined) return undefined;
  const empty: LedgerEntry = { type: "carried-forward", run: "", at: past.at, postings: [] };
  if (!matches(empty, { ...query, account: undefined })) return undefined;
  const carried = { ...empty, postings: past.postings(query.account) };
  return matches(carried, query) ? carried : undefined;
}
