import type { DatabaseSync } from "node:sqlite";
import { inTransaction } from "./in-transaction.ts";

/** Keeps alerts until they are sent: the `Outbox` of `@guard/alerts`. It stands beside the chain, and its rows change. */
export interface SqliteOutbox {
  /** Keeps an alert, unless the outbox has had its key already. */
  add(alert: { readonly key: string; readonly alert: object }, now: number): void;
  /** Takes the alerts that are to be sent now, the oldest first. No other process takes them in the next minute. */
  due(now: number): readonly {
    readonly key: string;
    readonly alert: never;
    readonly attempts: number;
  }[];
  /** When the next alert is due, in milliseconds since the epoch; `undefined` if none waits. */
  nextAt(): number | undefined;
  /** The alert arrived, or the receiver refuses it for good. It is not sent again. */
  done(key: string): void;
  /** Sending failed. The alert is due again at that moment. */
  retryAt(key: string, at: number): void;
}

/** How long a process may take to send what it has taken, in milliseconds. */
const leaseMs = 60_000;

/** How many of the latest alerts the outbox remembers after they were sent. */
const maxDone = 1_000;

interface Waiting {
  readonly key: string;
  readonly alert: string;
  readonly attempts: number;
}

export function sqliteOutbox(database: () => DatabaseSync): SqliteOutbox {
  const writing = <T>(body: (opened: DatabaseSync) => T): T => {
    const opened = database();
    return inTransaction(opened, () => body(opened));
  };
  return {
    add: ({ key, alert }, now) =>
      writing((opened) => {
        opened
          .prepare("INSERT OR IGNORE INTO outbox (key, alert, attempts, at) VALUES (?, ?, 0, ?)")
          .run(key, JSON.stringify(alert), now);
      }),
    due: (now) =>
      writing((opened) =>
        opened
          .prepare("UPDATE outbox SET at = ? WHERE at <= ? RETURNING key, alert, attempts, added")
          .all(now + leaseMs, now),
      )
        .toSorted((a, b) => Number(a["added"]) - Number(b["added"]))
        .map((row) => {
          const { key, alert, attempts } = row as unknown as Waiting;
          return { key, attempts, alert: JSON.parse(alert) as never };
        }),
    nextAt() {
      const { at } = database().prepare("SELECT min(at) AS at FROM outbox").get() as {
        at: number | null;
      };
      return at ?? undefined;
    },
    done: (key) =>
      writing((opened) => {
        opened.prepare("UPDATE outbox SET at = NULL WHERE key = ?").run(key);
        opened
          .prepare(
            "DELETE FROM outbox WHERE at IS NULL AND added <= (SELECT max(added) FROM outbox) - ?",
          )
          .run(maxDone);
      }),
    retryAt: (key, at) =>
      writing((opened) => {
        opened
          .prepare("UPDATE outbox SET at = ?, attempts = attempts + 1 WHERE key = ?")
          .run(at, key);
      }),
  };
}
