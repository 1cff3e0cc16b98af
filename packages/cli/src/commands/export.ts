import type { LedgerEntry } from "@guard/core";
import { csvLine } from "../csv.ts";
import { exitCodes } from "../exit-codes.ts";
import { openLedgerFile } from "../open-ledger-file.ts";
import type { Output } from "../output.ts";
import { parseSince } from "../since.ts";
import { jsonLines, writeLines } from "../write-lines.ts";

export interface ExportOptions {
  readonly db: string;
  readonly format: "jsonl" | "csv";
  readonly run?: string;
  readonly since?: string;
}

/** An entry with its number and its hash. */
interface Row {
  readonly seq: number;
  readonly hash: string;
  readonly entry: LedgerEntry;
}

/** `guard export`: the entries of a ledger, the oldest first. */
export async function exportEntries(
  { db, format, run, since }: ExportOptions,
  output: Output,
): Promise<number> {
  const query = { run, since: parseSince(since, Date.now()) };
  const ledger = await openLedgerFile(db);
  try {
    const rows = ledger.stream(query);
    await writeLines(format === "csv" ? csvLines(rows) : jsonLines(flat(rows)), output);
  } finally {
    ledger.close();
  }
  return exitCodes.ok;
}

function* flat(rows: Iterable<Row>): Generator {
  for (const { seq, hash, entry } of rows) yield { seq, hash, ...entry };
}

const columns =
  "seq time type run session agent lane turn round call kind tool policy signature inputHash outputHash maskedOutputHash rule verdict executed status inputTokens cachedInputTokens cacheWriteTokens outputTokens nanoUsd durationMs reason hash".split(
    " ",
  );

function* csvLines(rows: Iterable<Row>): Generator<string> {
  yield csvLine(columns);
  for (const { seq, hash, entry } of rows) {
    const fields: Readonly<Record<string, unknown>> = {
      ...entry,
      seq,
      hash,
      time: new Date(entry.at).toISOString(),
      ...(entry.type === "trip"
        ? { reason: entry.report.reason, rule: entry.report.finding.rule }
        : {}),
    };
    yield csvLine(columns.map((column) => fields[column] as string | number | boolean | undefined));
  }
}
