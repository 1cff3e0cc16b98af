import type { LedgerEntry, TripReport } from "@guard/core";
import type { DatabaseSync, SQLInputValue } from "node:sqlite";
import { timeBound } from "./time-bounds.ts";

/** What one run has done and spent. Times are ISO 8601 text in UTC. */
export interface RunSummary {
  /** The breaker's name or id. */
  readonly run: string;
  /** The session of the run: `accounts.session`. */
  readonly session?: string;
  /** The time of the first entry. */
  readonly began: string;
  /** The time of the last entry. */
  readonly last: string;
  /** When the run ended. Absent while the run goes on. */
  readonly ended?: string;
  readonly modelCalls: number;
  readonly toolCalls: number;
  /** How many calls guard refused. */
  readonly refused: number;
  readonly tokens: number;
  readonly usd: number;
  /** Why guard stopped the run. Absent if guard did not stop it, or if a human has reset it since. */
  readonly reason?: TripReport["reason"];
}

/** A summary as SQLite returns it. */
type Row = Omit<RunSummary, Optional> & {
  readonly [Name in Optional]: Required<RunSummary>[Name] | null;
};
type Optional = "session" | "ended" | "reason";

/** Which runs to return: those that match every field. */
export interface RunsQuery {
  /** The run of this name. */
  readonly run?: string | undefined;
  /** Runs of this session. */
  readonly session?: string | undefined;
  /** Runs that did something from this moment on, in milliseconds since the epoch. */
  readonly since?: number | undefined;
  /** Runs that began before this moment, in milliseconds since the epoch. */
  readonly until?: number | undefined;
  /** The most runs to return. Default: all. */
  readonly limit?: number | undefined;
}

/** Adds an entry to the summary of its run. Runs in the transaction that appends the entry. */
export function runSummaries(database: DatabaseSync): (entry: LedgerEntry) => void {
  const upsert = database.prepare(`
    INSERT INTO runs (run, session, began, last, ended, model_calls, tool_calls, refused, tokens, nano_usd, reason)
    VALUES ($run, $session, $time, $time, $ended, $modelCalls, $toolCalls, $refused, $tokens, $nanoUsd, $reason)
    ON CONFLICT (run) DO UPDATE SET
      session = coalesce(excluded.session, session),
      last = max(last, excluded.last),
      ended = CASE WHEN $begins THEN NULL ELSE coalesce(excluded.ended, ended) END,
      model_calls = model_calls + excluded.model_calls,
      tool_calls = tool_calls + excluded.tool_calls,
      refused = refused + excluded.refused,
      tokens = tokens + excluded.tokens,
      nano_usd = nano_usd + excluded.nano_usd,
      reason = CASE WHEN $resets THEN NULL ELSE coalesce(excluded.reason, reason) END`);
  return (entry) => {
    if (entry.run !== "") upsert.run(summaryOf(entry));
  };
}

/** The runs, the newest first. */
export function findRuns(
  database: DatabaseSync,
  { run, session, since = -Infinity, until = Infinity, limit = -1 }: RunsQuery,
): readonly RunSummary[] {
  // A condition for each given field, so that SQLite can use the index of that field.
  const conditions = ["last >= $since", "began < $until"];
  const values: Record<string, SQLInputValue> = {
    since: timeBound("since", since),
    until: timeBound("until", until),
    limit,
  };
  for (const [column, value] of Object.entries({ run, session })) {
    if (value === undefined) continue;
    conditions.push(`${column} = $${column}`);
    values[column] = value;
  }
  const rows = database
    .prepare(
      `SELECT run, session, began, last, ended, model_calls AS modelCalls, tool_calls AS toolCalls, refused, tokens,
      nano_usd / 1e9 AS usd, reason
    FROM runs WHERE ${conditions.join(" AND ")} ORDER BY last DESC, run LIMIT $limit`,
    )
    .all(values);
  return (rows as unknown as Row[]).map(toSummary);
}

/** What an entry adds to the summary of its run. The run's own account counts calls, tokens and money. */
function summaryOf(entry: LedgerEntry): Record<string, SQLInputValue> {
  const { type, run, at, postings } = entry;
  const time = new Date(at).toISOString();
  const isCall = type === "decision" || type === "settlement";
  const own = isCall ? postings.filter(({ account }) => account === `run:${run}`) : [];
  const sum = (figure: "modelCalls" | "toolCalls" | "tokens" | "nanoUsd") =>
    own.reduce((before, posting) => before + posting[figure], 0);
  return {
    run,
    session: (type === "decision" ? entry.session : undefined) ?? null,
    time,
    ended: type === "run-ended" ? time : null,
    begins: Number(type === "decision"),
    resets: Number(type === "reset"),
    modelCalls: sum("modelCalls"),
    toolCalls: sum("toolCalls"),
    refused: Number(type === "decision" && !entry.executed),
    tokens: sum("tokens"),
    nanoUsd: sum("nanoUsd"),
    reason: type === "trip" && !entry.observed ? entry.report.reason : null,
  };
}

/** Copies field by field: a list of very many runs is faster this way than with spreads. */
function toSummary(row: Row): RunSummary {
  const { run, began, last, modelCalls, toolCalls, refused, tokens, usd } = row;
  const summary: { -readonly [Name in keyof RunSummary]: RunSummary[Name] } = {
    run,
    began,
    last,
    modelCalls,
    toolCalls,
    refused,
    tokens,
    usd,
  };
  if (row.session !== null) summary.session = row.session;
  if (row.ended !== null) summary.ended = row.ended;
  if (row.reason !== null) summary.reason = row.reason;
  return summary;
}
