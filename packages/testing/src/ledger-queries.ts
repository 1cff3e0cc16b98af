import type { LedgerEntry, LedgerQuery } from "@guard/core";
import { ledgerSamples } from "./ledger-samples.ts";

const begin = ledgerSamples.decision.at;
const runs = ["run-1", "run-2"];
const accounts = ["user:42", "user:43"];
const times = [begin, begin + 1_000, begin + 2_000];

/** Entries of each type, of two runs and two accounts, over three moments. */
export const manyKinds: readonly LedgerEntry[] = times.flatMap((at) =>
  runs.flatMap((run, index) => {
    const posting = { ...ledgerSamples.decision.postings[0]!, account: accounts[index]! };
    return Object.values<LedgerEntry>(ledgerSamples).map((entry, position) => ({
      ...entry,
      run,
      at,
      postings: position % 2 === 0 ? [posting, { ...posting, slot: "1" }] : [],
    }));
  }),
);

const some = (values: readonly string[]) => [undefined, values[0], "unknown"];

/** Queries with each combination of fields. */
export function queries(): readonly LedgerQuery[] {
  const moments = [undefined, begin, begin + 1, begin + 2_000];
  return some(runs).flatMap((run) =>
    some(accounts).flatMap((account) =>
      ([undefined, "decision", "trip"] as const).flatMap((type) =>
        moments.flatMap((since) =>
          moments.map((until): LedgerQuery => given({ run, account, type, since, until })),
        ),
      ),
    ),
  );
}

const given = (query: LedgerQuery): LedgerQuery =>
  Object.fromEntries(Object.entries(query).filter(([, value]) => value !== undefined));

/** Whether an entry is an answer to a query. */
export function fits(
  entry: LedgerEntry,
  { run, account, type, since, until }: LedgerQuery,
): boolean {
  return (
    (run === undefined || entry.run === run) &&
    (account === undefined || entry.postings.some((posting) => posting.account === account)) &&
    (type === undefined || entry.type === type) &&
    (since === undefined || entry.at >= since) &&
    (until === undefined || entry.at < until)
  );
}
