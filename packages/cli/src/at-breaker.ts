import { userInfo } from "node:os";
import { createRegistry, type Breaker } from "@guard/core";
import type { LedgerFile } from "@guard/ledger-sqlite";
import { InputError } from "./input-error.ts";
import { openLedgerFile } from "./open-ledger-file.ts";
import { printable } from "./printable.ts";
import { widestName } from "./shown.ts";
import { writeLedgerFile } from "./write-ledger-file.ts";

/**
 * Reads a breaker's stop and overrides from the store in a file, and lets a command change them.
 *
 * @throws {InputError} for a name that the ledger does not know, and for a file that can't be read or written
 */
export async function atBreaker<T>(
  db: string,
  name: string,
  change: (breaker: Breaker, ledger: LedgerFile) => T,
): Promise<T> {
  (await openLedgerFile(db)).close(); // a wrong name must not create a ledger
  return writeLedgerFile(db, async (ledger, store) => {
    if (ledger.runs({ run: name }).length === 0) throw unknown(db, name);
    const registry = createRegistry({ store, ledger });
    // Where its store fails, a breaker goes on in memory. Here guard must not say that it has changed something.
    const failures: unknown[] = [];
    const refuse = ([failure]: readonly unknown[]) => {
      if (failure === undefined) return;
      const why = failure instanceof Error ? failure.message : "the store failed";
      const shown = printable(name, widestName);
      throw new InputError(`${db}: guard can't use what is stored about ${shown}: ${why}`, {
        cause: failure,
      });
    };
    registry.on("port-error", ({ error }) => failures.push(error));
    const breaker = registry.breaker({ name });
    await breaker.ready();
    refuse(failures);
    const result = change(breaker, ledger);
    refuse(failures);
    return result;
  });
}

function unknown(db: string, name: string): InputError {
  const shown = JSON.stringify(printable(name, widestName));
  return new InputError(
    `${db} has no run ${shown}. guard trips lists the runs that guard stopped, and guard runs lists all. ` +
      "The name is that of the breaker: registry.breaker({ name })",
  );
}

/** Who decides, unless `--by` says so: the user of this machine. */
export function localUser(): string {
  try {
    return userInfo().username;
  } catch {
    throw new InputError("this machine has no name for you. Name yourself: --by NAME");
  }
}
