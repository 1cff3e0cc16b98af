import { exitCodes } from "../exit-codes.ts";
import { listRows } from "../list-rows.ts";
import { openLedgerFile, type LedgerOptions } from "../open-ledger-file.ts";
import type { Output } from "../output.ts";
import { printable } from "../printable.ts";
import { widestName } from "../shown.ts";

/** `guard budget`: what each account has spent and holds, in each window. */
export async function listAccounts({ db, json }: LedgerOptions, output: Output): Promise<number> {
  const ledger = await openLedgerFile(db);
  try {
    await listRows(
      await ledger.accounts(),
      {
        head: [
          "account",
          "window",
          "model calls",
          "tool calls",
          "hand-offs",
          "tokens",
          "spent USD",
          "held USD",
        ],
        cells: (one) => [
          printable(one.account, widestName),
          one.window,
          one.modelCalls,
          one.toolCalls,
          one.delegations,
          one.tokens,
          one.usd.toFixed(4),
          one.reservedUsd.toFixed(4),
        ],
        none: `${db} has no accounts. Accounts come from the options accounts and limits of a registry.`,
      },
      json === true,
      output,
    );
  } finally {
    ledger.close();
  }
  return exitCodes.ok;
}
