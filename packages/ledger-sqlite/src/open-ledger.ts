import { openToRead } from "./database.ts";
import { keyVariable, publicLedgerKeys } from "./ledger-key.ts";
import { ledgerReader, type LedgerReader } from "./ledger-reader.ts";
import { sessionReader, type SessionReader } from "./reviews.ts";

/** Options of {@link openLedger}. */
export interface OpenLedgerOptions {
  /** guard opens the file only to read it. */
  readonly readOnly: true;
  /**
   * The Ed25519 key that checks the signatures of checkpoints, private or public: PEM text, or the name of a file. A text
   * with several keys checks a ledger whose key was changed. Default: the environment variable `GUARD_LEDGER_KEY`. Without a
   * key, `verify` checks no signatures.
   */
  readonly key?: string | undefined;
  /** The time in milliseconds since the epoch. Default: `Date.now`. */
  readonly clock?: (() => number) | undefined;
}

/** A ledger that is open for reading. */
export interface OpenLedger extends LedgerReader, SessionReader {
  /** Closes the file. */
  close(): void;
}

/**
 * Opens the file of a ledger to read it, also while other processes write to it. Creates and changes nothing.
 *
 * @throws {Error} for a missing file, for a file that is no ledger, and for a key that can't be used
 *
 * @example
 * const ledger = openLedger(".guard/ledger.db", { readOnly: true });
 * for (const { run, usd } of ledger.runs()) console.log(run, usd);
 */
export function openLedger(
  file: string,
  { key = process.env[keyVariable], clock = Date.now }: OpenLedgerOptions,
): OpenLedger {
  const publicKeys = key === undefined ? undefined : publicLedgerKeys(key);
  const database = openToRead(file);
  const sessions = sessionReader(() => database);
  return {
    ...ledgerReader(database, clock, publicKeys),
    ...sessions,
    close: () => database.close(),
  };
}
