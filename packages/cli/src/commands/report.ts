import { exitCodes } from "../exit-codes.ts";
import { InputError } from "../input-error.ts";
import { openLedgerFile, type LedgerOptions } from "../open-ledger-file.ts";
import type { Output } from "../output.ts";
import { paintOf } from "../paint.ts";
import { printable } from "../printable.ts";
import { renderStory } from "../render-story.ts";
import { runStory } from "../run-story.ts";
import { sayNext } from "../say-next.ts";
import { widestName } from "../shown.ts";
import { toJson } from "../to-json.ts";

/** `guard report`: what happened in a run. */
export async function reportRun(
  run: string,
  { db, json }: LedgerOptions,
  output: Output,
): Promise<number> {
  const ledger = await openLedgerFile(db);
  try {
    const story = runStory(run, entriesOf(ledger.rows(run)));
    if (story === undefined) {
      throw new InputError(
        `${db} has no run ${JSON.stringify(printable(run, widestName))}. guard runs lists the runs`,
      );
    }
    await output.out(json ? `${toJson(story)}\n` : renderStory(story, paintOf(output)));
    const { session } = story;
    if (session !== undefined && json !== true)
      sayNext(output, "review", printable(session, Infinity));
  } finally {
    ledger.close();
  }
  return exitCodes.ok;
}

function* entriesOf<Entry>(rows: Iterable<{ readonly entry: Entry }>): Generator<Entry> {
  for (const { entry } of rows) yield entry;
}
