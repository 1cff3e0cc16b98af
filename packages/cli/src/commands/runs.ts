import type { RunSummary } from "@guard/ledger-sqlite";
import { exitCodes } from "../exit-codes.ts";
import { InputError } from "../input-error.ts";
import { listRows } from "../list-rows.ts";
import { openLedgerFile, type LedgerOptions } from "../open-ledger-file.ts";
import type { Output } from "../output.ts";
import { paintOf, type Paint } from "../paint.ts";
import { printable } from "../printable.ts";
import { sayNext } from "../say-next.ts";
import { shownTime, shownUsd, widestName } from "../shown.ts";
import { parseSince } from "../since.ts";

export interface RunsOptions extends LedgerOptions {
  readonly since?: string;
  readonly limit: string;
}

/** `guard runs`: the runs of a ledger, the newest first. */
export async function listRuns(
  { db, since, limit, json }: RunsOptions,
  output: Output,
): Promise<number> {
  const query = { since: parseSince(since, Date.now()), limit: parseLimit(limit) };
  const ledger = await openLedgerFile(db);
  try {
    const runs = ledger.runs(query);
    // Many programs name no sessions: then the column would be empty.
    const hasSessions = runs.some(({ session }) => session !== undefined);
    const ofSession = <T>(cell: T) => (hasSessions ? [cell] : []);
    const paint = paintOf(output);
    const figures = ["model calls", "tool calls", "refused", "tokens", "USD"];
    await listRows(
      runs,
      {
        head: ["run", ...ofSession("session"), "began (UTC)", "end", ...figures],
        cells: (run) => [
          printable(run.run, widestName),
          ...ofSession(printable(run.session ?? "", widestName)),
          shownTime(Date.parse(run.began)),
          endOf(run, paint),
          run.modelCalls,
          run.toolCalls,
          run.refused,
          run.tokens,
          shownUsd(run.usd),
        ],
        none: `${db} has no runs${since === undefined ? "" : ` since ${since}`}.`,
      },
      json === true,
      output,
    );
    const first = runs.find(({ reason }) => reason !== undefined) ?? runs[0];
    if (first !== undefined && json !== true)
      sayNext(output, "report", printable(first.run, Infinity));
  } finally {
    ledger.close();
  }
  return exitCodes.ok;
}

function endOf({ reason, ended }: RunSummary, paint: Paint): string {
  if (reason !== undefined) return paint("red", `stopped: ${reason}`);
  return ended === undefined ? "" : "ended";
}

function parseLimit(text: string): number {
  if (/^[1-9]\d{0,8}$/.test(text)) return Number(text);
  throw new InputError(
    `--limit: expected a whole number from 1 on, received ${JSON.stringify(text)}`,
  );
}
