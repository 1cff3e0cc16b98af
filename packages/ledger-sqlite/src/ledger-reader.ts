import type { LedgerEntry, LedgerQuery } from "@guard/core";
import type { KeyObject } from "node:crypto";
import type { DatabaseSync } from "node:sqlite";
import { newestCheckpoint } from "./checkpoint.ts";
import { accountUsage, type AccountUsage } from "./account-usage.ts";
import type { Columns } from "./chain.ts";
import { exportRows, sealedSize, type SealedQuery } from "./drop.ts";
import { findRuns, type RunsQuery, type RunSummary } from "./run-summary.ts";
import { sqliteStore } from "./sqlite-store.ts";
import { readEntries, readRows, type LedgerRow } from "./read-rows.ts";
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
  /**
   * Returns the rows as the file holds them, the oldest first: the columns that guard hashed, and their hash. Without
   * `size` it returns all rows, else the rows up to that number.
   *
   * @example
   * for (const row of ledger.export()) console.log(JSON.stringify(row));
   */
  export(size?: number): Iterable<Columns>;
  /** Returns how many entries, counted from the first ever, a checkpoint has sealed. `drop` takes this number. */
  sealed(query?: SealedQuery): number;
  /** Returns what each shared account has used and what guard holds of it, by window. */
  accounts(): Promise<readonly AccountUsage[]>;
  /**
   * Checks every entry and checkpoint, and names what was changed, removed or cut off.
   *
   * @param progress is told after each 10,000 entries how many are done. It stops the check by returning `false`
   * @param kept a checkpoint that you keep elsewhere, from `checkpoint()`. The file must hold all entries that it has sealed
   * @throws {Error} for a `kept` that is no checkpoint, or that another key has signed
   */
  verify(progress?: (done: number, all: number) => boolean | void, kept?: string): Verification;
  /**
   * Returns the newest checkpoint, a signed note. Keep it where no one who can write to the ledger can change it: `verify`
   * then finds out if entries were cut off together with their checkpoints. `undefined`: no checkpoint yet.
   */
  checkpoint(): string | undefined;
}

/** A reader of an open file. */
export function ledgerReader(
  database: DatabaseSync,
  clock: () => number,
  publicKeys: readonly KeyObject[] | undefined,
): LedgerReader {
  return {
    read: (query) => readEntries(database, query),
    runs: (query = {}) => findRuns(database, query),
    trips: ({ since } = {}) => readEntries(database, { type: "trip", since }) as readonly Trip[],
    rows: (run) => readRows(database, run),
    export: (size) => exportRows(database, size),
    sealed: (query) => sealedSize(database, query),
    accounts: () => accountUsage(sqliteStore(database, clock), clock),
    verify: (progress, kept) => verifyLedger(database, { publicKeys, progress, kept }),
    checkpoint: () => newestCheckpoint(database),
  };
}
