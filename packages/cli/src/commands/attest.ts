import { exitCodes } from "../exit-codes.ts";
import { openLedgerFile, type LedgerOptions } from "../open-ledger-file.ts";
import type { Output } from "../output.ts";
import { printable } from "../printable.ts";
import { sayNext } from "../say-next.ts";
import { widestName } from "../shown.ts";
import { toJson } from "../to-json.ts";
import { writeLedgerFile } from "../write-ledger-file.ts";

export interface AttestSessionOptions extends LedgerOptions {
  readonly reviewer: string;
  readonly notes?: string;
  readonly frame?: string;
}

/** `guard attest`: a receipt with the hash of the session's frame. */
export async function attestSession(
  session: string,
  { db, json, reviewer, notes, frame }: AttestSessionOptions,
  output: Output,
): Promise<number> {
  (await openLedgerFile(db)).close(); // a wrong name must not create a ledger
  const receipt = await writeLedgerFile(db, (ledger) =>
    ledger.attest(session, { reviewer, notes, frame }),
  );
  const who = printable(receipt.reviewer, widestName);
  const what = printable(receipt.session, widestName);
  await output.out(
    json
      ? `${toJson(receipt)}\n`
      : `${who} attested the session ${what}.\nframe ${receipt.frame}\n`,
  );
  if (json !== true) sayNext(output, "verify");
  return exitCodes.ok;
}
