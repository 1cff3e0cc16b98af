import { closeSync, existsSync, mkdirSync, openSync } from "node:fs";
import { dirname } from "node:path";
import type sqliteModule from "node:sqlite";
import type { DatabaseSync } from "node:sqlite";
import { fileURLToPath, pathToFileURL } from "node:url";
import { errorCode } from "./error-code.ts";
import { migrate, refuseOthers, requireVersion } from "./schema.ts";

/** What SQLite keeps of a file in memory, so that the indexes of a large one stay fast. */
const cacheKiB = 16_384;

/** SQLite copies its log into the file after so many pages of 4 KiB. This waits for the disk, so it must not come often. */
const logPages = 4_000;

/** How long guard waits for other processes while it opens a file, in milliseconds. */
const openMs = 5_000;

/** How long SQLite itself waits for other processes after that. `inTransaction` asks again, and so gets its turn. */
const askMs = 5;

const tooOld =
  "@guard/ledger-sqlite needs node:sqlite, which Node.js has from version 22.13 on. " +
  `This is Node.js ${process.versions.node}. Install a newer one, or leave out sqlite(): guard then keeps everything in memory.`;

/**
 * The platform's SQLite.
 *
 * @throws {Error} on a Node.js that has none
 */
export function requireSqlite(): typeof sqliteModule {
  const sqlite = process.getBuiltinModule?.("node:sqlite") as typeof sqliteModule | undefined;
  if (sqlite === undefined) throw new Error(tooOld);
  return sqlite;
}

/**
 * Opens the file for many processes at once: readers never wait for a writer, and a writer waits for another one. Makes the
 * file if it is missing. Only its owner may read a file that guard makes.
 *
 * @throws {Error} on a Node.js without `node:sqlite`, and where the file can't be opened
 */
export function openDatabase(file: string): DatabaseSync {
  return opened(file, { readOnly: false }, (database) => {
    database.exec(`PRAGMA busy_timeout = ${openMs}`);
    refuseOthers(database);
    database.exec("PRAGMA journal_mode = WAL");
    database.exec(
      `PRAGMA synchronous = NORMAL; PRAGMA cache_size = -${cacheKiB}; PRAGMA wal_autocheckpoint = ${logPages}`,
    );
    migrate(database);
    database.exec(`PRAGMA busy_timeout = ${askMs}`);
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
  try {
    return opened(file, { readOnly: true }, prepareToRead);
  } catch (error) {
    if (existsSync(`${file}-wal`) || !refusesToWrite.has(errorCode(error) ?? 0)) throw error;
    // SQLite wants to make a log, and must not. No process writes: tell SQLite that the file stays as it is.
    const immutable = pathToFileURL(file);
    immutable.searchParams.set("immutable", "1");
    return opened(immutable, { readOnly: true }, prepareToRead);
  }
}

function prepareToRead(database: DatabaseSync): void {
  database.exec(`PRAGMA busy_timeout = ${openMs}`);
  requireVersion(database);
}

/** SQLITE_READONLY and SQLITE_CANTOPEN: a folder in which SQLite can't make a file. */
const refusesToWrite: ReadonlySet<number> = new Set([8, 14]);

function opened(
  file: string | URL,
  options: { readonly readOnly: boolean },
  prepare: (database: DatabaseSync) => void,
): DatabaseSync {
  const { DatabaseSync: Database } = requireSqlite();
  let database: DatabaseSync | undefined;
  try {
    if (typeof file === "string" && !options.readOnly && file !== ":memory:") make(file);
    database = new Database(file, options);
    prepare(database);
    return database;
  } catch (error) {
    database?.close();
    const why = error instanceof Error ? error.message : String(error);
    throw new Error(
      `can't open the ledger ${typeof file === "string" ? file : fileURLToPath(file)}: ${why}`,
      { cause: error },
    );
  }
}

function make(file: string): void {
  mkdirSync(dirname(file), { recursive: true });
  if (!existsSync(file)) closeSync(openSync(file, "a", 0o600));
}
