import { OptionsError, type Store } from "@guard/core";
import type { LedgerFile } from "@guard/ledger-sqlite";
import { InputError } from "./input-error.ts";

/**
 * Opens a ledger to write into it, and closes it afterwards. Creates a missing file.
 *
 * @throws {InputError} for options that the ledger refuses, and for a file or a key that can't be used
 */
export async function writeLedgerFile<T>(
  file: string,
  write: (ledger: LedgerFile, store: Store) => T | Promise<T>,
): Promise<T> {
  const { sqlite } = await import("@guard/ledger-sqlite");
  try {
    const { ledger, store } = sqlite(file);
    try {
      return await write(ledger, store);
    } finally {
      ledger.close();
    }
  } catch (error) {
    if (!(error instanceof Error) || error instanceof InputError) throw error;
    const message = OptionsError.isInstance(error) ? error.message : `${file}: ${error.message}`;
    throw new InputError(message, { cause: error });
  }
}
