import type { LedgerEntry } from "@guard/core";
import type { DatabaseSync } from "node:sqlite";
import { carry, readCarried } from "./carried-forward.ts";
import type { Columns } from "./chain.ts";
import { inTransaction } from "./in-transaction.ts";
import { timeBound } from "./time-bounds.ts";
import { toEntry, withValues } from "./to-columns.ts";

/** Which part of the ledger a checkpoint has sealed. */
export interface SealedQuery {
  /** Only entries before this moment, in milliseconds since the epoch. */
  readonly before?: number | undefined;
}

/** How many entries, counted from the first ever, the last checkpoint has sealed. 0: none. */
export function sealedSize(
  database: DatabaseSync,
  { before = Infinity }: SealedQuery = {},
): number {
  const found = database
    .prepare("SELECT max(size) AS size FROM checkpoints JOIN entries ON seq = size WHERE time < ?")
    .get(timeBound("before", before));
  return Number(found?.["size"] ?? 0);
}

/** The rows up to `size`, the oldest first: the columns as they were hashed, and their hash. */
export function* exportRows(database: DatabaseSync, size: number = Infinity): Generator<Columns> {
  const upTo = Math.min(size, Number.MAX_SAFE_INTEGER);
  const rows = database.prepare("SELECT * FROM entries WHERE seq <= ? ORDER BY seq").iterate(upTo);
  for (const row of rows) yield withValues(row);
}

/** guard drops about so many entries at once, so that other processes wait for milliseconds only. */
const partSize = 2_000;

/** How long guard lets other processes write after each part, in milliseconds. */
const pauseMs = 10;

/**
 * Drops the first entries, up to `size`, part by part: a process that ends meanwhile leaves a whole ledger. Balances of
 * accounts stay: one entry, `carried-forward`, holds the sum. Checkpoints before `size` go with their entries.
 *
 * @throws {Error} if no checkpoint has sealed exactly these entries
 */
export function dropEntries(database: DatabaseSync, size: number): void {
  const dropped = database.prepare("SELECT 1 FROM dropped WHERE size >= ?").get(size);
  if (dropped !== undefined) return;
  if (database.prepare("SELECT 1 FROM checkpoints WHERE size = ?").get(size) === undefined) {
    throw new Error(
      `can't drop ${size} entries: no checkpoint has sealed exactly these. ` +
        `The last checkpoint has sealed ${sealedSize(database)}`,
    );
  }
  for (const part of partsOf(database, size)) {
    inTransaction(database, () => dropPart(database, part));
    if (part < size) pause();
  }
}

/** Checkpoints up to `size`, about `partSize` entries apart. */
function partsOf(database: DatabaseSync, size: number): readonly number[] {
  const parts: number[] = [];
  let next = 0;
  const sealed = database.prepare("SELECT size FROM checkpoints WHERE size < ? ORDER BY size");
  for (const row of sealed.iterate(size)) {
    const found = Number(row["size"]);
    next ||= found + partSize;
    if (found < next) continue;
    parts.push(found);
    next = found + partSize;
  }
  return [...parts, size];
}

function dropPart(database: DatabaseSync, size: number): void {
  // Another process may have dropped this part meanwhile.
  if (database.prepare("SELECT 1 FROM dropped WHERE size >= ?").get(size) !== undefined) return;
  const inStore = database.prepare("SELECT 1 FROM store WHERE key = ?");
  const isNeeded = (account: string, window: string) =>
    account.startsWith("run:") || inStore.get(`account:${account} ${window}`) !== undefined;
  const carried = carry(readCarried(database), entriesUpTo(database, size), isNeeded);
  database.prepare("INSERT INTO dropped VALUES (?, ?)").run(size, JSON.stringify(carried));
  for (const sql of [
    "DELETE FROM entries WHERE seq <= ?",
    "DELETE FROM entries_of_account WHERE seq <= ?",
    "DELETE FROM checkpoints WHERE size < ?",
    "DELETE FROM dropped WHERE size < ?",
  ]) {
    database.prepare(sql).run(size);
  }
}

function pause(): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, pauseMs);
}

function* entriesUpTo(database: DatabaseSync, size: number): Generator<LedgerEntry> {
  const rows = database.prepare("SELECT * FROM entries WHERE seq <= ? ORDER BY seq");
  for (const row of rows.iterate(size)) yield toEntry(row);
}
