import type { DatabaseSync } from "node:sqlite";

/**
 * Does something in one transaction that no other process writes in: all of it, or nothing. Inside another transaction it
 * becomes a part of that one.
 */
export function inTransaction<T>(database: DatabaseSync, body: () => T): T {
  if (database.isTransaction) return body();
  database.exec("BEGIN IMMEDIATE");
  try {
    const result = body();
    database.exec("COMMIT");
    return result;
  } catch (error) {
    if (database.isTransaction) database.exec("ROLLBACK");
    throw error;
  }
}
