import { existsSync, mkdirSync } from "node:fs";
import { dirname } from "node:path";
import type sqliteModule from "node:sqlite";
import type { DatabaseSync } from "node:sqlite";
import { migrate, requireVersion } from "./schema.ts";

/** What SQLite keeps of a file in memory, so that the indexes of a large one stay fast. */
const cacheKiB = 16_384;

/** SQLite copies its log into the file after so many pages of 4 KiB. This waits for the disk, so it must not come often. */
const logPages = 4_000;

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
export function requireSqlite(): typeof sqliteModule {
  const sqlite = process.getBuiltinModule("node:sqlite") as typeof sqliteModule | undefined;
  if (sqlite === undefined) throw new Error(tooOld);
  return sqlite;
}

/**
 * Opens the file for many processes at once: readers never wait for a writer, and a writer waits for another one. Makes the
 * file if it is missing.
 *
 * @throws {Error} on a Node.js without `node:sqlite`, and where the file can't be opened
 */
export function openDatabase(file: string): DatabaseSync {
  return opened(file, (Database) => {
    if (file !== ":memory:") mkdirSync(dirname(file), { recursive: true });
    const database = new Database(file);
    database.exec(`PRAGMA busy_timeout = ${busyMs}; PRAGMA journal_mode = WAL`);
    database.exec(
      `PRAGMA synchronous = NORMAL; PRAGMA cache_size = -${cacheKiB}; PRAGMA wal_autocheckpoint = ${logPages}`,
    );
    migrate(database);
    return database;
  });
}

/**
 * Opens a file that is there, to read it. Writes nothing.
 *
 * @throws {Error} on a Node.js without `node:sqlite`, and where the file is missing or can't be read
 */
export function openToRead(file: string): DatabaseSync {
  if (!existsSync(file)) {
    throw new Error(
      `there is no ledger ${file}. guard writes one if you create the registry with sqlite(${JSON.stringify(file)})`,
    );
  }
  return opened(file, (Database) => {
    const database = new Database(file, { readOnly: true });
    database.exec(`PRAGMA busy_timeout = ${busyMs}`);
    requireVersion(database);
    return database;
  });
}

function opened(file: string, open: (Database: typeof DatabaseSync) => DatabaseSync): DatabaseSync {
  const { DatabaseSync: Database } = requireSqlite();
  try {
    return open(Database);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new Error(`can't open the ledger ${file}: ${why}`, { cause: error });
  }
}
