import type { OpenLedger } from "@guard/ledger-sqlite";
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

/** `guard export`: the rows of a ledger as the file holds them, the oldest first. */
export async function exportEntries(
  { db, format, run, since }: ExportOptions,
  output: Output,
): Promise<number> {
  const from = parseSince(since, Date.now());
  const ledger = await openLedgerFile(db);
  try {
    const rows = matching(ledger.export(), run, from);
    const heads = format === "csv" ? 1 : 0;
    const lines = await writeLines(heads > 0 ? csvLines(rows) : jsonLines(rows), output);
    if (lines === heads) output.err(`${db} has no such entries. guard runs lists the runs.\n`);
  } finally {
    ledger.close();
  }
  return exitCodes.ok;
}

type Rows = ReturnType<OpenLedger["export"]>;

function* matching(
  rows: Rows,
  run: string | undefined,
  from: number | undefined,
): Generator<Rows extends Iterable<infer Row> ? Row : never> {
  const time = from === undefined ? "" : new Date(from).toISOString();
  for (const row of rows) {
    if ((run === undefined || row["run"] === run) && String(row["time"]) >= time) yield row;
  }
}

/** The columns of the file, in its order. */
const columns = [
  ..."seq time type run session accounts agent lane turn round call kind tool policy".split(" "),
  ..."signature input_hash output_hash output_masked_hash rule verdict executed status".split(" "),
  ..."input_tokens output_tokens cache_read_tokens cache_write_tokens nano_usd".split(" "),
  ..."duration_ms reason postings detail prev_hash hash".split(" "),
];

function* csvLines(rows: Rows): Generator<string> {
  yield csvLine(columns);
  for (const row of rows) yield csvLine(columns.map((column) => row[column]));
}
