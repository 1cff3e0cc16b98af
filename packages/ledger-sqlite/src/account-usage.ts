import { createRegistry, type AccountBalance, type Store } from "@guard/core";

/** What an account has used, and what guard holds of it, in one of its windows. */
export interface AccountUsage extends AccountBalance {
  /** Such as `user:42`. */
  readonly account: string;
}

/** A key of a balance. Both parts may hold spaces; a window begins with one of few words. */
const balanceKey = /^account:(.+?) (life|rolling-\w+|(?:hour|day|month) \d{4}-\S+(?: \S+){1,2})$/;

/** What the accounts of a store have used, sorted by account. */
export async function accountUsage(
  store: Store,
  clock: () => number,
): Promise<readonly AccountUsage[]> {
  const keysOf = new Map<string, string[]>();
  for (const key of await store.list("account:")) {
    const account = balanceKey.exec(key)?.[1];
    if (account === undefined) continue;
    keysOf.set(account, [...(keysOf.get(account) ?? []), key]);
  }
  const usage: AccountUsage[] = [];
  for (const [account, keys] of [...keysOf].toSorted(([a], [b]) => (a < b ? -1 : 1))) {
    const registry = createRegistry({ store: { ...store, list: () => keys }, ports: { clock } });
    for (const balance of await registry.balances(account)) usage.push({ account, ...balance });
  }
  return usage;
}
