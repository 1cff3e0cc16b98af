import { existsSync, statSync } from "node:fs";
import type { OpenLedger } from "@guard/ledger-sqlite";
import { InputError } from "./input-error.ts";

/** Options of every command that reads a ledger. */
export interface LedgerOptions {
  readonly db: string;
  readonly json?: true;
}

/**
 * Opens a ledger to read it.
 *
 * @throws {InputError} if there is no such file, it is no ledger, or this Node.js has no `node:sqlite`
 */
export async function openLedgerFile(file: string, key?: string): Promise<OpenLedger> {
  if (process.getBuiltinModule("node:sqlite") === undefined) throw new InputError(noSqlite);
  if (!existsSync(file)) throw new InputError(`${file}: there is no ledger. ${howToWrite}`);
  if (statSync(file).isDirectory()) throw new InputError(`${file}: is a directory. ${nameIt}`);
  // Loaded here: guard replay works on a Node.js without node:sqlite.
  const { openLedger } = await import("@guard/ledger-sqlite");
  try {
    return openLedger(file, { readOnly: true, ...(key === undefined ? {} : { key }) });
  } catch (error) {
    throw new InputError(`${(error as Error).message}. ${nameIt}`, { cause: error });
  }
}

const nameIt = "If your ledger is another file, name it: --db FILE";

const howToWrite =
  'A registry writes it: createRegistry({ ...sqlite(".guard/ledger.db") }), with sqlite from @guard/ledger-sqlite. ' +
  nameIt;

const noSqlite =
  `Node.js ${process.versions.node} has no node:sqlite, which this command needs: use Node.js 22.13 or newer. ` +
  "guard replay works without it";
