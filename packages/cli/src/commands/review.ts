import { exitCodes } from "../exit-codes.ts";
import { InputError } from "../input-error.ts";
import { openLedgerFile, type LedgerOptions } from "../open-ledger-file.ts";
import type { Output } from "../output.ts";
import { printable } from "../printable.ts";
import { widestName } from "../shown.ts";

export interface ReviewOptions extends LedgerOptions {
  readonly html?: true;
}

/** `guard review`: what the ledger holds about a session, in five parts. */
export async function reviewSession(
  session: string,
  { db, json, html }: ReviewOptions,
  output: Output,
): Promise<number> {
  if (json && html) throw new InputError("--json and --html: choose one of them");
  const ledger = await openLedgerFile(db);
  try {
    const { renderFrame } = await import("@guard/ledger-sqlite");
    const review = ledger.review(session);
    if (review.frame.evidence.length === 0 && review.frame.promise === undefined) {
      const name = JSON.stringify(printable(session, widestName));
      throw new InputError(
        `${db} has no session ${name}. A run belongs to a session: accounts: { session: "…" }`,
      );
    }
    await output.out(renderFrame(review, json ? "json" : html ? "html" : "text"));
  } finally {
    ledger.close();
  }
  return exitCodes.ok;
}
