import type { Figures, Store, StorePosting, Versioned, Write } from "@guard/core";
import { added, keepsTo, readFigures } from "@guard/core/store";
import type { DatabaseSync } from "node:sqlite";
import { inTransaction } from "./in-transaction.ts";

/** A store whose every answer is there at once. */
export interface SqliteStore extends Store {
  get(key: string): Versioned | undefined;
  compareAndSet(writes: readonly Write[]): boolean;
  post(postings: readonly StorePosting[]): ReadonlyMap<string, Figures> | undefined;
  list(prefix: string): readonly string[];
  close(): void;
}

/** The most expired values that one write sweeps away, so that no call pays for all of a long night. */
const sweptAtOnce = 100;

/** The store in a database. Every operation is one transaction, so processes never see parts of each other's. */
export function sqliteStore(database: DatabaseSync, clock: () => number): SqliteStore {
  const find = database.prepare(
    "SELECT value, version FROM store WHERE key = ? AND expires_at > ?",
  );
  const listFrom = database.prepare(
    "SELECT key FROM store WHERE key >= ? AND substr(key, 1, length(?)) = ? AND expires_at > ?",
  );
  const put = database.prepare("INSERT OR REPLACE INTO store VALUES (?, ?, ?, ?)");
  const remove = database.prepare("DELETE FROM store WHERE key = ?");
  const sweep = database.prepare(
    "DELETE FROM store WHERE key IN (SELECT key FROM store WHERE expires_at <= ? LIMIT ?)",
  );
  // Counts on for ever: the version of a value that was removed names no later one.
  const nextVersion = database.prepare("UPDATE store_version SET last = last + 1 RETURNING last");

  const read = (key: string, now: number) => find.get(key, now) as Versioned | undefined;
  const write = (key: string, value: string, expiresAt: number, now: number) => {
    if (expiresAt <= now) return void remove.run(key);
    const { last } = nextVersion.get() as { last: number };
    put.run(key, value, last, expiresAt);
  };
  const changing = <T>(change: (now: number) => T): T =>
    inTransaction(database, () => {
      const now = clock();
      sweep.run(now, sweptAtOnce);
      return change(now);
    });

  return {
    get: (key) => {
      const found = read(key, clock());
      return found && { value: found.value, version: found.version };
    },
    compareAndSet: (writes) =>
      changing((now) => {
        if (writes.some(({ key, expected }) => read(key, now)?.version !== expected)) return false;
        for (const { key, value, expiresAt } of writes) write(key, value, expiresAt, now);
        return true;
      }),
    post: (postings) =>
      changing((now) => {
        const after = new Map<string, Figures>();
        for (const posting of postings) {
          const { key, expiresAt } = posting;
          const figures = added(after.get(key) ?? readFigures(read(key, now)?.value), posting);
          if (!keepsTo(figures, posting)) return undefined;
          after.set(key, expiresAt > now ? figures : {});
        }
        const last = new Map(postings.map(({ key, expiresAt }) => [key, expiresAt]));
        for (const [key, expiresAt] of last) {
          write(key, JSON.stringify(after.get(key)), expiresAt, now);
        }
        return after;
      }),
    list: (prefix) => listFrom.all(prefix, prefix, prefix, clock()).map(({ key }) => String(key)),
    close: () => database.close(),
  };
}
