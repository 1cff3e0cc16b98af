import { mkdirSync } from "node:fs";
import { dirname } from "node:path";
import type { DatabaseSync } from "node:sqlite";
import { migrate } from "./schema.ts";

/** How long a writer waits for the writers of other processes, in milliseconds. */
const busyMs = 5_000;

const tooOld =
  "@guard/ledger-sqlite needs node:sqlite, which Node.js has from version 22.13 on. " +
  `This is Node.js ${process.versions.node}. Install a newer one, or leave out sqlite(): guard then keeps everything in memory.`;

/**
 * The platform's SQLite.
 *
 * @throws {Error} on a Node.js that has none
 */
export function requireSqlite(): typeof import("node:sqlite") {
  const sqlite = process.getBuiltinModule("node:sqlite") as
    | typeof import("node:sqlite")
    | undefined;
  if (sqlite === undefined) throw new Error(tooOld);
  return sqlite;
}

/**
 * Opens the file for many processes at once: readers never wait for a writer, and a writer waits for another one.
 *
 * @throws {Error} on a Node.js without `node:sqlite`, and where the file can't be opened
 */
export function openDatabase(file: string): DatabaseSync {
  const { DatabaseSync: Database } = requireSqlite();
  try {
    if (file !== ":memory:") mkdirSync(dirname(file), { recursive: true });
    const database = new Database(file);
    database.exec(
      `PRAGMA busy_timeout = ${busyMs}; PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL`,
    );
    migrate(database);
    return database;
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new Error(`can't open the ledger ${file}: ${why}`, { cause: error });
  }
}
