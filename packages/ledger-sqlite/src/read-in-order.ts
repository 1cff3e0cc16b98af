import type { DatabaseSync } from "node:sqlite";

/** A row of the table, with all its columns. */
export interface Stored extends Readonly<Record<string, unknown>> {
  readonly seq: number;
  readonly prev_hash: string;
  readonly hash: string;
}

/** A row that SQLite can't read. Without a `hash`, SQLite can't read the rows after it either. */
export interface Unreadable {
  readonly seq: number;
  readonly hash?: string;
  readonly unreadable: string;
}

/** Every row, the oldest first. A row that SQLite can't read does not end the reading. */
export function* readInOrder(database: DatabaseSync): Generator<Stored | Unreadable> {
  const from = database.prepare("SELECT * FROM entries WHERE seq > ? ORDER BY seq");
  let last: number | bigint = -(2n ** 63n);
  for (;;) {
    try {
      for (const row of from.iterate(last)) {
        const { seq } = row as Stored;
        // A damaged file may lead SQLite back to rows before. The place only moves on, so the reading ends.
        if (seq > last) last = seq;
        yield row as Stored;
      }
      return;
    } catch (error) {
      const row = nextUnreadable(database, last, error);
      yield row;
      if (row.hash === undefined) return;
      last = row.seq;
    }
  }
}

function nextUnreadable(database: DatabaseSync, last: number | bigint, error: unknown): Unreadable {
  const unreadable = error instanceof Error ? error.message : String(error);
  try {
    const next = database
      .prepare(
        "SELECT seq, CAST(hash AS TEXT) AS hash FROM entries WHERE seq > ? ORDER BY seq LIMIT 1",
      )
      .get(last) as { seq: number; hash: string } | undefined;
    if (next !== undefined && next.seq > last) return { ...next, unreadable };
  } catch {
    // the damage is deeper than one row
  }
  return { seq: Math.max(0, Number(last)) + 1, unreadable };
}
