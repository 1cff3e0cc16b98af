import type { Ledger, LedgerEntry, LedgerQuery } from "../ports/ledger.ts";
import { matches } from "./matches.ts";
import { PastSums } from "./past-sums.ts";

/** A ledger in memory. It answers at once. */
export interface MemoryLedger extends Ledger {
  append(entries: readonly LedgerEntry[]): void;
  read(query: LedgerQuery): readonly LedgerEntry[];
}

/**
 * The default ledger: the memory of this process. It holds about `maxEntries` entries (default: 10,000) of about 700 bytes
 * each. One entry, `carried-forward`, holds the sum of the entries that it has dropped.
 *
 * @example
 * const registry = createRegistry({ ledger: memoryLedger({ maxEntries: 100_000 }) });
 */
export function memoryLedger({
  maxEntries = 10_000,
}: { readonly maxEntries?: number } = {}): MemoryLedger {
  const kept: LedgerEntry[] = [];
  const past = new PastSums();
  // Drop many in one go: moving the rest costs the same for one as for many.
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

/** The entry for all dropped entries, if the query matches it. For a query of one account: its part. */
function carriedForward(past: PastSums, query: LedgerQuery): LedgerEntry | undefined {
  if (past.at === undefined) return undefined;
  const empty: LedgerEntry = { type: "carried-forward", run: "", at: past.at, postings: [] };
  if (!matches(empty, { ...query, account: undefined })) return undefined;
  const carried = { ...empty, postings: past.postings(query.account) };
  return matches(carried, query) ? carried : undefined;
}
