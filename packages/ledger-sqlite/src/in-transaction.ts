import type { DatabaseSync } from "node:sqlite";

/** The databases with a transaction under way. Node.js itself knows this only from version 22.16 on. */
const busy = new WeakSet<DatabaseSync>();

/**
 * Does something in one transaction that no other process writes in: all of it, or nothing. Inside another transaction it
 * becomes a part of that one.
 */
export function inTransaction<T>(database: DatabaseSync, body: () => T): T {
  if (busy.has(database)) return body();
  database.exec("BEGIN IMMEDIATE");
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

/** SQLite rolls back by itself after some errors, such as that of a full disk. */
function rollBack(database: DatabaseSync): void {
  try {
    database.exec("ROLLBACK");
  } catch {
    // there is no transaction any more
  }
}
