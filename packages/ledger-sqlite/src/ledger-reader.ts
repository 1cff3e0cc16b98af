import type { LedgerEntry, LedgerQuery } from "@guard/core";
import type { KeyObject } from "node:crypto";
import type { DatabaseSync } from "node:sqlite";
import { accountUsage, type AccountUsage } from "./account-usage.ts";
import { findRuns, type RunsQuery, type RunSummary } from "./run-summary.ts";
import { sqliteStore } from "./sqlite-store.ts";
import { readEntries, readRows, streamRows, type LedgerRow } from "./read-rows.ts";
import { verifyLedger, type Verification } from "./verify.ts";

type Trip = Extract<LedgerEntry, { type: "trip" }>;

/** What people and tools read from the file of a ledger. */
export interface LedgerReader {
  /** Returns the entries that match, the oldest first. */
  read(query: LedgerQuery): readonly LedgerEntry[];
  /**
   * Returns what each run has done and spent, the newest run first.
   *
   * @example
   * const today = ledger.runs({ since: Date.now() - 86_400_000 });
   */
  runs(query?: RunsQuery): readonly RunSummary[];
  /** Returns the trips, the oldest first. `since` is in milliseconds since the epoch. */
  trips(query?: { readonly since?: number | undefined }): readonly Trip[];
  /** Returns every row of a run, the oldest first. */
  rows(run: string): readonly LedgerRow[];
  /** Gives every row that matches, one after the other, the oldest first. For exports: it keeps no list in memory. */
  stream(query?: LedgerQuery): Iterable<LedgerRow>;
  /** Returns what each shared account has used and what guard holds of it, by window. */
  accounts(): Promise<readonly AccountUsage[]>;
  /**
   * Checks every entry and checkpoint, and names what was changed, removed or cut off.
   *
   * @param progress is told after each 10,000 entries how many are done. It stops the check by returning `false`
   */
  verify(progress?: (done: number, all: number) => boolean | void): Verification;
}

/** A reader of an open file. */
export function ledgerReader(
  database: DatabaseSync,
  clock: () => number,
  publicKey: KeyObject | undefined,
): LedgerReader {
  return {
    read: (query) => readEntries(database, query),
    runs: (query = {}) => findRuns(database, query),
    trips: ({ since } = {}) => readEntries(database, { type: "trip", since }) as readonly Trip[],
    rows: (run) => readRows(database, run),
    stream: (query = {}) => streamRows(database, query),
    accounts: () => accountUsage(sqliteStore(database, clock), clock),
    verify: (progress) => verifyLedger(database, publicKey, progress),
  };
}
