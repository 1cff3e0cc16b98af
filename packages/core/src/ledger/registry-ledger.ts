import type { Accounting } from "../budget/accounting.ts";
import { balancesIn, namesIn } from "../budget/shared-accounts.ts";
import type { LedgerEntry, LedgerQuery } from "../ports/ledger.ts";
import { audit, type Audit } from "./audit.ts";
import { sumEntries, type NamedBalance } from "./sum-entries.ts";

type Trip = Extract<LedgerEntry, { type: "trip" }>;

/** What a registry's runs have done and spent, for people to read. */
export interface RegistryLedger {
  /** The entries that are asked for, the oldest first. */
  entries(query?: LedgerQuery): Promise<readonly LedgerEntry[]>;
  /** The trips, the oldest first. */
  trips(query?: Omit<LedgerQuery, "type">): Promise<readonly Trip[]>;
  /** Adds all entries up and compares the sums with the balances that limits are held against. */
  audit(): Promise<Audit>;
}

/** @param ownBalances the accounts of the runs that are under way */
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
      return audit(sumEntries(await read({})), [...shared, ...ownBalances()]);
    },
  };
}

/** Account ids may hold spaces, windows may too: a window begins with one of few words. */
function splitName(name: string): readonly [account: string, window: string] {
  const at = name.search(/ (life|rolling-\w+|(hour|day|month) \d{4}-\S+( \S+){1,2})$/);
  return [name.slice(0, at), name.slice(at + 1)];
}
