import type { DatabaseSync } from "node:sqlite";
import { inTransaction } from "./in-transaction.ts";

/** The steps from one version of the file to the next. A step that was released never changes: a later one follows it. */
export const steps: readonly string[] = [
  `
  CREATE TABLE entries (
    seq INTEGER PRIMARY KEY,
    time TEXT NOT NULL,
    type TEXT NOT NULL,
    run TEXT NOT NULL,
    session TEXT,
    accounts TEXT,
    agent TEXT,
    lane TEXT,
    turn INTEGER,
    round INTEGER,
    call TEXT,
    kind TEXT,
    tool TEXT,
    policy TEXT,
    signature TEXT,
    input_hash TEXT,
    output_hash TEXT,
    output_masked_hash TEXT,
    rule TEXT,
    verdict TEXT,
    executed INTEGER,
    status TEXT,
    input_tokens INTEGER,
    output_tokens INTEGER,
    cache_read_tokens INTEGER,
    cache_write_tokens INTEGER,
    nano_usd INTEGER,
    duration_ms INTEGER,
    reason TEXT,
    postings TEXT,
    detail TEXT,
    prev_hash TEXT NOT NULL,
    hash TEXT NOT NULL
  );
  CREATE INDEX entries_of_run ON entries (run, seq);
  CREATE INDEX entries_of_session ON entries (session, seq) WHERE session IS NOT NULL;
  CREATE INDEX trips_by_time ON entries (time) WHERE type = 'trip';
  CREATE TABLE entries_of_account (
    account TEXT NOT NULL,
    seq INTEGER NOT NULL,
    PRIMARY KEY (account, seq)
  ) WITHOUT ROWID;

  CREATE TABLE checkpoints (
    size INTEGER PRIMARY KEY,
    hash TEXT NOT NULL,
    note TEXT NOT NULL
  );
  CREATE TABLE dropped (
    size INTEGER PRIMARY KEY,
    carried TEXT NOT NULL
  );

  CREATE TRIGGER entries_go_last BEFORE INSERT ON entries
    WHEN NEW.seq <= coalesce((SELECT max(seq) FROM entries), (SELECT max(size) FROM dropped), 0)
    BEGIN SELECT RAISE(ABORT, 'the ledger is append-only: an entry goes after all others'); END;
  CREATE TRIGGER entries_never_change BEFORE UPDATE ON entries
    BEGIN SELECT RAISE(ABORT, 'the ledger is append-only: an entry never changes'); END;
  CREATE TRIGGER entries_stay BEFORE DELETE ON entries
    WHEN OLD.seq > (SELECT coalesce(max(size), 0) FROM dropped)
    BEGIN SELECT RAISE(ABORT, 'the ledger is append-only: only a sealed prefix may be dropped'); END;
  CREATE TRIGGER checkpoints_go_last BEFORE INSERT ON checkpoints
    WHEN NEW.size <= (SELECT max(size) FROM checkpoints)
    BEGIN SELECT RAISE(ABORT, 'the ledger is append-only: a checkpoint goes after all others'); END;
  CREATE TRIGGER checkpoints_never_change BEFORE UPDATE ON checkpoints
    BEGIN SELECT RAISE(ABORT, 'the ledger is append-only: a checkpoint never changes'); END;
  CREATE TRIGGER checkpoints_stay BEFORE DELETE ON checkpoints
    WHEN OLD.size >= (SELECT coalesce(max(size), 0) FROM dropped)
    BEGIN SELECT RAISE(ABORT, 'the ledger is append-only: a checkpoint stays'); END;
  CREATE TRIGGER dropped_is_sealed BEFORE INSERT ON dropped
    WHEN NOT EXISTS (SELECT 1 FROM checkpoints WHERE size = NEW.size)
    BEGIN SELECT RAISE(ABORT, 'the ledger drops only what a checkpoint has sealed'); END;
  CREATE TRIGGER dropped_never_changes BEFORE UPDATE ON dropped
    BEGIN SELECT RAISE(ABORT, 'the ledger is append-only: what was dropped never changes'); END;
  CREATE TRIGGER dropped_stays BEFORE DELETE ON dropped
    WHEN OLD.size >= (SELECT max(size) FROM dropped)
    BEGIN SELECT RAISE(ABORT, 'the ledger is append-only: the last sum of what was dropped stays'); END;

  CREATE TABLE runs (
    run TEXT PRIMARY KEY,
    session TEXT,
    began TEXT NOT NULL,
    last TEXT NOT NULL,
    ended TEXT,
    model_calls INTEGER NOT NULL,
    tool_calls INTEGER NOT NULL,
    refused INTEGER NOT NULL,
    tokens INTEGER NOT NULL,
    nano_usd INTEGER NOT NULL,
    reason TEXT
  ) WITHOUT ROWID;
  CREATE INDEX runs_by_time ON runs (last);
  CREATE INDEX runs_of_session ON runs (session) WHERE session IS NOT NULL;

  CREATE TABLE store (
    key TEXT PRIMARY KEY,
    value TEXT NOT NULL,
    version INTEGER NOT NULL,
    expires_at INTEGER NOT NULL
  ) WITHOUT ROWID;
  CREATE INDEX store_by_expiry ON store (expires_at);
  CREATE TABLE outbox (
    added INTEGER PRIMARY KEY,
    key TEXT NOT NULL UNIQUE,
    alert TEXT NOT NULL,
    attempts INTEGER NOT NULL,
    at INTEGER
  );
  CREATE INDEX outbox_by_time ON outbox (at) WHERE at IS NOT NULL;
  CREATE TABLE store_version (last INTEGER NOT NULL);
  INSERT INTO store_version VALUES (0);
  `,
];

/** The version of the file that this package writes. */
export const version: number = steps.length;

/** Marks a file as a ledger of guard: the letters `guar`. */
const applicationId = 0x67756172;

/**
 * Checks that a file is a ledger of guard, or is empty. Reads only.
 *
 * @throws {Error} for a file that another program has written
 */
export function refuseOthers(database: DatabaseSync): void {
  // In this order: another process makes the tables and the mark at once.
  if (database.prepare("SELECT 1 FROM sqlite_master").get() === undefined) return;
  const found = database.prepare("PRAGMA application_id").get() as { application_id: number };
  if (found.application_id === applicationId) return;
  throw new Error(
    "the file is no ledger of guard: another program has written it. Name a file that only guard uses",
  );
}

/**
 * Brings a file to the newest version, in one transaction. Several processes may open a new file at once.
 *
 * @throws {Error} for a file that a newer version of this package has written
 */
export function migrate(database: DatabaseSync, all: readonly string[] = steps): void {
  if (versionOf(database) === all.length) return;
  inTransaction(database, () => {
    const found = versionOf(database);
    refuseNewer(found, all.length);
    for (const step of all.slice(found)) database.exec(step);
    database.exec(`PRAGMA application_id = ${applicationId}; PRAGMA user_version = ${all.length}`);
  });
}

/**
 * Checks that a file has the version that this package reads. A reader can't migrate.
 *
 * @throws {Error} for a file of another version
 */
export function requireVersion(database: DatabaseSync): void {
  refuseOthers(database);
  const found = versionOf(database);
  refuseNewer(found, version);
  if (found === 0) throw new Error("the file is no ledger of guard");
  if (found < version) {
    throw new Error(
      `the ledger has version ${found}, and this @guard/ledger-sqlite reads version ${version}. ` +
        "A process that writes with sqlite() brings the file to the new version",
    );
  }
}

function refuseNewer(found: number, newest: number): void {
  if (found <= newest) return;
  throw new Error(
    `the ledger has version ${found}, and this @guard/ledger-sqlite reads up to ${newest}: install a newer one`,
  );
}

function versionOf(database: DatabaseSync): number {
  const { user_version: found } = database.prepare("PRAGMA user_version").get() as {
    user_version: number;
  };
  return found;
}
