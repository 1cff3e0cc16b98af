import type { LedgerEntry } from "@guard/core";
import type { Columns } from "./chain.ts";
import { wellFormed } from "./well-formed.ts";

/** Fields of an entry that are a column as they are. All others stand in `detail`. */
const columnOf = {
  type: "type",
  run: "run",
  session: "session",
  agent: "agent",
  lane: "lane",
  turn: "turn",
  round: "round",
  call: "call",
  kind: "kind",
  tool: "tool",
  policy: "policy",
  signature: "signature",
  inputHash: "input_hash",
  outputHash: "output_hash",
  maskedOutputHash: "output_masked_hash",
  rule: "rule",
  verdict: "verdict",
  status: "status",
  inputTokens: "input_tokens",
  outputTokens: "output_tokens",
  cachedInputTokens: "cache_read_tokens",
  cacheWriteTokens: "cache_write_tokens",
  nanoUsd: "nano_usd",
  durationMs: "duration_ms",
} as const satisfies Readonly<Record<string, string>>;

const fields = Object.entries(columnOf);
const isColumn = (field: string) => Object.hasOwn(columnOf, field);

/** An entry as the columns of the table, without those that have no value. */
export function toColumns({ at, postings, ...entry }: LedgerEntry): Columns {
  const columns: Record<string, string | number> = { time: new Date(at).toISOString() };
  const given = entry as Readonly<Record<string, unknown>>;
  for (const [field, column] of fields) {
    const value = given[field];
    if (typeof value === "number") columns[column] = value;
    if (typeof value === "string") columns[column] = wellFormed(value);
  }
  const { executed, accounts, report } = given as {
    executed?: boolean;
    accounts?: object;
    report?: { reason: string };
  };
  if (executed !== undefined) columns["executed"] = Number(executed);
  if (accounts !== undefined) columns["accounts"] = JSON.stringify(accounts);
  if (report !== undefined) columns["reason"] = report.reason;
  if (postings.length > 0) columns["postings"] = JSON.stringify(postings);
  const rest = Object.entries(given).filter(
    ([field, value]) =>
      value !== undefined && !isColumn(field) && field !== "executed" && field !== "accounts",
  );
  if (rest.length > 0) columns["detail"] = JSON.stringify(Object.fromEntries(rest));
  return columns;
}

/** The entry that some columns hold. */
export function toEntry(columns: Readonly<Record<string, unknown>>): LedgerEntry {
  const entry: Record<string, unknown> = {
    at: Date.parse(String(columns["time"])),
    postings: parsed(columns["postings"]) ?? [],
    ...(parsed(columns["detail"]) as object | undefined),
  };
  for (const [field, column] of fields) {
    const value = columns[column];
    if (value !== null && value !== undefined) entry[field] = value;
  }
  if (typeof columns["executed"] === "number") entry["executed"] = columns["executed"] === 1;
  const accounts = parsed(columns["accounts"]);
  if (accounts !== undefined) entry["accounts"] = accounts;
  return entry as unknown as LedgerEntry;
}

function parsed(text: unknown): unknown {
  return typeof text === "string" ? JSON.parse(text) : undefined;
}

/** The columns of a row that have a value. */
export function withValues(row: Readonly<Record<string, unknown>>): Columns {
  return Object.fromEntries(Object.entries(row).filter(([, value]) => value !== null)) as Columns;
}
