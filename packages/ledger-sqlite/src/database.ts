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
 * Opens the file for many processes at once: readers never wait for a writer, and a writer waits for another one.
 *
 * @throws {Error} on a Node.js without `node:sqlite`, and where the file can't be opened
 */
export function openDatabase(file: string): DatabaseSync {
  const sqlite = process.getBuiltinModule("node:sqlite") as
    | typeof import("node:sqlite")
    | undefined;
  if (sqlite === undefined) throw new Error(tooOld);
  if (file !== ":memory:") mkdirSync(dirname(file), { recursive: true });
  const database = new sqlite.DatabaseSync(file);
  database.exec(
    `PRAGMA busy_timeout = ${busyMs}; PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL`,
  );
  migrate(database);
  return database;
}
