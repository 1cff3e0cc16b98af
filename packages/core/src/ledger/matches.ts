import type { LedgerEntry, LedgerQuery } from "../ports/ledger.ts";

/** Whether an entry matches a query. */
export function matches(entry: LedgerEntry, query: LedgerQuery): boolean {
  const { run, account, type, since, until } = query;
  return (
    (run === undefined || entry.run === run) &&
    (type === undefined || entry.type === type) &&
    (since === undefined || entry.at >= since) &&
    (until === undefined || entry.at < until) &&
    (account === undefined || entry.postings.some((posting) => posting.account === account))
  );
}
