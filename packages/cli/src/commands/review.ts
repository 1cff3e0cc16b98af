import { exitCodes } from "../exit-codes.ts";
import { InputError } from "../input-error.ts";
import { openLedgerFile, type LedgerOptions } from "../open-ledger-file.ts";
import type { Output } from "../output.ts";
import { paintOf } from "../paint.ts";
import { printable } from "../printable.ts";
import { sayNext } from "../say-next.ts";
import { widestName } from "../shown.ts";

export interface ReviewOptions extends LedgerOptions {
  readonly html?: true;
}

/** The lines that begin a part of a review. All other lines begin with a blank. */
const headings = /^(?:Session |\d\. |Attestations).*$/gm;

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
    if (json || html) {
      await output.out(renderFrame(review, json ? "json" : "html"));
      return exitCodes.ok;
    }
    const paint = paintOf(output);
    const text = renderFrame(review, "text");
    await output.out(text.replaceAll(headings, (heading) => paint("bold", heading)));
    const isAttested = review.attestations.some(({ frame }) => frame === review.hash);
    const next = isAttested
      ? ["verify"]
      : ["attest", printable(session, Infinity), "--reviewer", "NAME"];
    sayNext(output, ...next);
  } finally {
    ledger.close();
  }
  return exitCodes.ok;
}
