import { moves, postingsOf } from "../budget/postings.ts";
import type { Ledger, LedgerEntry } from "../ports/ledger.ts";
import { matches } from "./matches.ts";
import { sumEntries } from "./sum-entries.ts";

/** A ledger whose answers are there at once. */
export interface MemoryLedger extends Ledger {
  append(entries: readonly LedgerEntry[]): void;
  read(query: Parameters<Ledger["read"]>[0]): readonly LedgerEntry[];
}

/**
 * The default ledger: this process's memory. Holds about `maxEntries` entries (10,000); older ones are
 * added up into one entry, so that balances stay what the entries add up to.
 *
 * @example
 * const registry = createRegistry({ ledger: memoryLedger({ maxEntries: 100_000 }) });
 */
export function memoryLedger({
  maxEntries = 10_000,
}: { readonly maxEntries?: number } = {}): MemoryLedger {
  let entries: LedgerEntry[] = [];

  return {
    append(added) {
      entries.push(...added);
      // In one go for many: each entry is then looked at about twice.
      if (entries.length > 2 * maxEntries) entries = carriedForward(entries, maxEntries);
    },
    read: (query) => entries.filter((entry) => matches(entry, query)),
  };
}

function carriedForward(entries: readonly LedgerEntry[], keep: number): LedgerEntry[] {
  const old = entries.slice(0, entries.length - keep);
  const last = old.at(-1)!;
  const postings = [...sumEntries(old).values()]
    .flatMap(({ account, window, balance }) => postingsOf(account, window, balance))
    .filter(moves);
  const carried: LedgerEntry = { type: "carried-forward", run: "", at: last.at, postings };
  return [carried, ...entries.slice(entries.length - keep)];
}
