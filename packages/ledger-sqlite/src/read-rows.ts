import type { LedgerEntry, LedgerQuery } from "@guard/core";
import type { DatabaseSync, SQLInputValue } from "node:sqlite";
import { carriedForward } from "./carried-forward.ts";
import { timeBound } from "./time-bounds.ts";
import { toEntry } from "./to-columns.ts";

/** A row of the file: an entry with its place in the chain. */
export interface LedgerRow {
  /** The number of the row, from 1 on. */
  readonly seq: number;
  /** The hash of this row and of all rows before it, in hexadecimal. */
  readonly hash: string;
  readonly entry: LedgerEntry;
}

/** The entries that match, the oldest first. */
export function readEntries(database: DatabaseSync, query: LedgerQuery): readonly LedgerEntry[] {
  const { run, account, type, since, until } = query;
  const conditions: string[] = [];
  const values: SQLInputValue[] = [];
  const where = (condition: string, value: SQLInputValue | undefined) => {
    if (value === undefined) return;
    conditions.push(condition);
    values.push(value);
  };
  where("run = ?", run);
  where("seq IN (SELECT seq FROM entries_of_account WHERE account = ?)", account);
  // SQLite uses the index of trips only for a query that names the type, and that needs no order from the table.
  if (type === "trip") conditions.push("type = 'trip'");
  else where("type = ?", type);
  where("time >= ?", since === undefined ? undefined : timeBound("since", since));
  where("time < ?", until === undefined ? undefined : timeBound("until", until));
  const condition = conditions.length === 0 ? "" : `WHERE ${conditions.join(" AND ")}`;
  const found = database.prepare(
    `SELECT * FROM entries ${condition} ORDER BY ${type === "trip" ? "+seq" : "seq"}`,
  );
  return [...carriedForward(database, query), ...found.all(...values).map(toEntry)];
}

/** Every row of a run, the oldest first. */
export function readRows(database: DatabaseSync, run: string): readonly LedgerRow[] {
  const found = database.prepare("SELECT * FROM entries WHERE run = ? ORDER BY seq");
  return found.all(run).map((columns) => ({
    seq: Number(columns["seq"]),
    hash: String(columns["hash"]),
    entry: toEntry(columns),
  }));
}
