import type { Ledger, LedgerEntry, LedgerQuery, Store } from "@guard/core";
import { resolve } from "node:path";
import type { DatabaseSync } from "node:sqlite";
import { sealer, type LedgerKey } from "./checkpoint.ts";
import { openDatabase, requireSqlite } from "./database.ts";
import { dropEntries } from "./drop.ts";
import { fileIdentity } from "./file-identity.ts";
import { inTransaction } from "./in-transaction.ts";
import { keyVariable, ledgerKey } from "./ledger-key.ts";
import { ledgerReader, type LedgerReader } from "./ledger-reader.ts";
import { reviews, type Reviews } from "./reviews.ts";
import { sqliteLedger, type SqliteLedger } from "./sqlite-ledger.ts";
import { sqliteOutbox, type SqliteOutbox } from "./sqlite-outbox.ts";
import { sqliteStore, type SqliteStore } from "./sqlite-store.ts";

/** Options of {@link sqlite}. */
export interface SqliteOptions {
  /**
   * The private Ed25519 key that signs checkpoints: PEM text, or the name of a file. Default: the environment variable
   * `GUARD_LEDGER_KEY`; without it there are no checkpoints, and `verify` can't find entries that were cut off the end.
   */
  readonly key?: string | undefined;
  /** A checkpoint seals the ledger after so many entries, at the end of each run and after each attestation. Default: 1,000. */
  readonly checkpointEvery?: number | undefined;
  /** The time in milliseconds since the epoch. Default: `Date.now`. */
  readonly clock?: (() => number) | undefined;
}

/** The ledger in a file, with what people and tools read from it. */
export interface LedgerFile extends Ledger, LedgerReader, Reviews {
  append(entries: readonly LedgerEntry[]): void;
  read(query: LedgerQuery): readonly LedgerEntry[];
  /**
   * Drops the first entries, up to `size`, after a checkpoint has sealed them. Export them first. Balances of accounts and
   * the summaries of runs stay.
   *
   * @throws {Error} if no checkpoint has sealed exactly these entries
   *
   * @example
   * const size = ledger.sealed({ before: Date.now() - 90 * 86_400_000 });
   * if (size > 0) ledger.drop(size);
   */
  drop(size: number): void;
  /** Keeps alerts of `webhookSink` until they are sent, also over a restart: `webhookSink(url, { outbox: ledger.outbox })`. */
  readonly outbox: SqliteOutbox;
  /** Closes the file. The store closes it as well. */
  close(): void;
}

/** Entries that a checkpoint seals at once. */
const sealing: ReadonlySet<LedgerEntry["type"]> = new Set(["run-ended", "attestation"]);

interface Opened {
  readonly database: DatabaseSync;
  readonly identity: string | undefined;
  readonly seal: ((least: number) => void) | undefined;
  readonly store: SqliteStore;
  readonly ledger: SqliteLedger;
  readonly reader: LedgerReader;
}

/**
 * The store and the ledger of a registry in one SQLite file: budgets, trips of named breakers and every decision outlive
 * the process. Several processes of one machine may share the file.
 *
 * The file is opened at first use. If it can't be opened, read or written, guard raises the event `port-error` and goes on
 * in memory.
 *
 * @param file a path, or `":memory:"` for a ledger that ends with the process
 * @throws {Error} on a Node.js older than 22.13, for an empty path or a URL, and for a key that can't be used
 *
 * @example
 * const registry = createRegistry({ ...sqlite(".guard/ledger.db"), budget: { usd: 5 } });
 */
export function sqlite(
  file: string,
  { key, checkpointEvery = 1_000, clock = Date.now }: SqliteOptions = {},
): { readonly store: Store; readonly ledger: LedgerFile } {
  requireSqlite();
  requirePath(file);
  const path = file === ":memory:" ? file : resolve(file); // the program may change its folder later
  const named = key ?? process.env[keyVariable];
  const signing: LedgerKey | undefined = named === undefined ? undefined : ledgerKey(named);
  let opened: Opened | undefined;

  const open = (): Opened => {
    if (opened !== undefined) return opened;
    const database = openDatabase(path);
    opened = {
      database,
      identity: fileIdentity(path),
      seal: signing && sealer(database, signing),
      store: sqliteStore(database, clock),
      ledger: sqliteLedger(database),
      reader: ledgerReader(database, clock, signing && [signing.publicKey]),
    };
    return opened;
  };
  const close = () => {
    opened?.database.close();
    opened = undefined;
  };
  /** Names the file in an error of SQLite, such as that of a full disk. */
  const using = <T>(work: (opened: Opened) => T): T => {
    const found = open();
    try {
      // SQLite would write on into a file that has no name any more.
      if (fileIdentity(path) === found.identity) return work(found);
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      throw new Error(`can't use the ledger ${file}: ${why}`, { cause: error });
    }
    close();
    throw new Error(
      `can't use the ledger ${file}: a program has deleted or replaced the file. guard opens it again at the next call`,
    );
  };
  const append = (entries: readonly LedgerEntry[]) => {
    const isDue = entries.some(({ type }) => sealing.has(type));
    using(({ database, ledger, seal }) =>
      inTransaction(database, () => {
        ledger.append(entries);
        seal?.(isDue ? 1 : checkpointEvery);
      }),
    );
  };

  return {
    store: {
      get: (storeKey) => using(({ store }) => store.get(storeKey)),
      compareAndSet: (writes) => using(({ store }) => store.compareAndSet(writes)),
      post: (postings) => using(({ store }) => store.post(postings)),
      list: (prefix) => using(({ store }) => store.list(prefix)),
      close,
    },
    ledger: {
      ...reviews({ database: () => open().database, append, clock }),
      append,
      read: (query) => open().reader.read(query),
      runs: (query) => open().reader.runs(query),
      trips: (query) => open().reader.trips(query),
      rows: (run) => open().reader.rows(run),
      export: (size) => open().reader.export(size),
      sealed: (query) => open().reader.sealed(query),
      accounts: () => open().reader.accounts(),
      checkpoint: () => open().reader.checkpoint(),
      verify: (progress, kept) => open().reader.verify(progress, kept),
      drop: (size) => dropEntries(open().database, size),
      outbox: sqliteOutbox(() => open().database),
      close,
    },
  };
}

function requirePath(file: string): void {
  if (file !== "" && !/^file:/i.test(file)) return;
  throw new TypeError(
    `sqlite(file): expected a path such as ".guard/ledger.db", received ${JSON.stringify(file)}`,
  );
}
