import { exitCodes } from "../exit-codes.ts";
import { listRows } from "../list-rows.ts";
import { openLedgerFile, type LedgerOptions } from "../open-ledger-file.ts";
import type { Output } from "../output.ts";
import { printable } from "../printable.ts";
import { sayNext } from "../say-next.ts";
import { shownTime, shownUsd, widestName } from "../shown.ts";
import { parseSince } from "../since.ts";

export interface TripsOptions extends LedgerOptions {
  readonly since?: string;
}

/** `guard trips`: why guard stopped runs, the oldest trip first. */
export async function listTrips(
  { db, since, json }: TripsOptions,
  output: Output,
): Promise<number> {
  const query = { since: parseSince(since, Date.now()) };
  const ledger = await openLedgerFile(db);
  try {
    const trips = ledger.trips(query);
    await listRows(
      trips,
      {
        head: [
          "time (UTC)",
          "run",
          "reason",
          "rule",
          "agent",
          "tool",
          "wasted calls",
          "wasted USD",
          "",
        ],
        cells: ({ observed, report: { at, run, reason, finding } }) => [
          shownTime(at),
          printable(run, widestName),
          reason,
          finding.rule,
          printable(finding.agent, widestName),
          printable(finding.tool ?? "", widestName),
          finding.cost.calls || "",
          shownUsd(finding.cost.usd),
          observed ? "(only observed)" : "",
        ],
        none: `${db} has no trips${since === undefined ? "" : ` since ${since}`}: guard stopped no run.`,
      },
      json === true,
      output,
    );
    const last = trips.at(-1);
    if (last !== undefined && json !== true)
      sayNext(output, "report", printable(last.report.run, Infinity));
  } finally {
    ledger.close();
  }
  return exitCodes.ok;
}
