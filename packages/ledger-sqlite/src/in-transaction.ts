import type { DatabaseSync } from "node:sqlite";
import { errorCode } from "./error-code.ts";

/** The databases with a transaction under way. Node.js itself knows this only from version 22.16 on. */
const busy = new WeakSet<DatabaseSync>();

/**
 * Does something in one transaction that no other process writes in: all of it, or nothing. Inside another transaction it
 * becomes a part of that one.
 */
export function inTransaction<T>(database: DatabaseSync, body: () => T): T {
  if (busy.has(database)) return body();
  begin(database);
  busy.add(database);
  try {
    const result = body();
    database.exec("COMMIT");
    return result;
  } catch (error) {
    rollBack(database);
    throw error;
  } finally {
    busy.delete(database);
  }
}

/** SQLITE_BUSY: another process writes. */
const busyCode = 5;

/** How long a writer waits for others at most, in milliseconds. */
const waitMs = 5_000;

/** The same after a wait in vain: a process that keeps its lock must not hold up each call of all others. */
const impatientMs = 50;

/** The databases that have waited in vain, until a transaction has begun. */
const impatient = new WeakSet<DatabaseSync>();

/**
 * Asks for the file every few milliseconds. SQLite by itself asks ever more rarely, so that a process that writes without a
 * pause would keep all others out.
 */
function begin(database: DatabaseSync): void {
  const until = performance.now() + (impatient.has(database) ? impatientMs : waitMs);
  for (;;) {
    try {
      database.exec("BEGIN IMMEDIATE");
      impatient.delete(database);
      return;
    } catch (error) {
      if (errorCode(error) !== busyCode) throw error;
      if (performance.now() < until) continue;
      impatient.add(database);
      throw error;
    }
  }
}

/** SQLite rolls back by itself after some errors, such as that of a full disk. */
function rollBack(database: DatabaseSync): void {
  try {
    database.exec("ROLLBACK");
  } catch {
    // there is no transaction any more
  }
}
