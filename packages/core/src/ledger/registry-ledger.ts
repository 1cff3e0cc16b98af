import type { Accounting } from "../budget/accounting.ts";
import { balancesIn, namesIn } from "../budget/shared-accounts.ts";
import type { LedgerEntry, LedgerQuery } from "../ports/ledger.ts";
import { audit, type Audit } from "./audit.ts";
import { openRuns } from "./open-runs.ts";
import { sumEntries, type NamedBalance } from "./sum-entries.ts";

type Trip = Extract<LedgerEntry, { type: "trip" }>;

/**
 * What the runs of a registry have done and spent.
 *
 * @example
 * const trips = await registry.ledger.trips({ since: Date.now() - 86_400_000 });
 */
export interface RegistryLedger {
  /** Returns the entries that match the query, the oldest first. Default: all. */
  entries(query?: LedgerQuery): Promise<readonly LedgerEntry[]>;
  /** Returns the trips, the oldest first. */
  trips(query?: Omit<LedgerQuery, "type">): Promise<readonly Trip[]>;
  /**
   * Adds up all entries, and compares the sums with the balances that limits use: shared accounts, the runs of this registry,
   * and runs that have ended. Processes that share a store must share a ledger. A call that another process books during
   * the audit can show as a difference.
   *
   * @example
   * const { ok, differences } = await registry.ledger.audit();
   */
  audit(): Promise<Audit>;
}

/** @param ownBalances returns the accounts of the runs that are under way */
export function registryLedger(
  { ledger, store }: Accounting,
  ownBalances: () => readonly NamedBalance[],
): RegistryLedger {
  const read = async (query: LedgerQuery) => (await ledger?.read(query)) ?? [];
  return {
    entries: (query = {}) => read(query),
    trips: async (query = {}) => (await read({ ...query, type: "trip" })) as readonly Trip[],
    async audit() {
      const names = await namesIn(store);
      const shared = [...(await balancesIn(store, names))].map(([name, balance]): NamedBalance => {
        const [account, window] = splitName(name);
        return { account, window, balance };
      });
      const all = await read({});
      const sums = sumEntries(all);
      return audit(sums, [...shared, ...ownBalances()], openRuns(all, sums));
    },
  };
}

/** Splits an account from its window. Both may hold spaces; a window begins with one of few words. */
function splitName(name: string): readonly [account: string, window: string] {
  const at = name.search(/ (life|rolling-\w+|(hour|day|month) \d{4}-\S+( \S+){1,2})$/);
  return [name.slice(0, at), name.slice(at + 1)];
}
