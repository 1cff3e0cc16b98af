import type { LedgerRow } from "./read-rows.ts";
import { callOf } from "./session-rows.ts";

/** What the rows do not prove, as a program reads it. */
export type AssumptionCode =
  | "no-spec"
  | "spec-after-start"
  | "no-calls"
  | "run-without-end"
  | "call-without-result"
  | "result-without-call"
  | "unknown-outcome"
  | "usage-not-reported"
  | "no-price"
  | "ran-although-refused"
  | "breach-observed"
  | "override"
  | "no-hashes";

/** What a reviewer must take on trust, because the rows do not prove it. */
export const assumptionTexts: Readonly<Record<AssumptionCode, string>> = {
  "no-spec": "no spec says what done looks like",
  "spec-after-start": "the spec was written after the work had begun",
  "no-calls": "the ledger holds no call of this session",
  "run-without-end": "runs have no end yet",
  "call-without-result": "calls ran, and no result came back",
  "result-without-call":
    "the ledger holds results, and not the calls: entries may have been dropped",
  "unknown-outcome": "calls came back, and the ledger can't tell whether they worked",
  "usage-not-reported": "model calls did not report all their tokens, so guard estimated the rest",
  "no-price": "model calls used tokens and cost nothing: guard may know no price",
  "ran-although-refused": "guard refused calls that ran all the same",
  "breach-observed": "guard only watched when it would have stopped the run",
  override: "a human let calls run, or stopped them",
  "no-hashes": "calls have no hash of their input",
};

/** One thing that the rows do not prove, and the rows that leave it open. */
export interface Assumption {
  readonly code: AssumptionCode;
  readonly seqs: readonly number[];
}

/** What the rows of a session leave open. `spec`: where the file holds the session's spec. */
export function assumptionsIn(
  rows: readonly LedgerRow[],
  spec: { readonly seq: number } | undefined,
): readonly Assumption[] {
  const found: Record<AssumptionCode, readonly number[] | undefined> = {
    "no-spec": spec === undefined ? [] : undefined,
    "spec-after-start": spec && rows[0] && rows[0].seq < spec.seq ? [spec.seq] : undefined,
    "no-calls": rows.length === 0 ? [] : undefined,
    ...inRows(rows),
  };
  return Object.entries(found).flatMap(([code, seqs]) =>
    seqs === undefined ? [] : [{ code: code as AssumptionCode, seqs }],
  );
}

type OfRows = Exclude<AssumptionCode, "no-spec" | "spec-after-start" | "no-calls">;

function inRows(rows: readonly LedgerRow[]): Record<OfRows, readonly number[] | undefined> {
  const decisions = rows.flatMap(({ seq, entry }) =>
    entry.type === "decision" ? [{ ...entry, seq }] : [],
  );
  const settlements = rows.flatMap(({ seq, entry }) =>
    entry.type === "settlement" ? [{ ...entry, seq }] : [],
  );
  const settled = new Set(settlements.map(callOf));
  const decided = new Set(decisions.map(callOf));
  const models = new Set(decisions.filter(({ kind }) => kind === "model").map(callOf));
  const ofModels = settlements.filter(
    (one) => models.has(callOf(one)) && one.status !== "released",
  );
  const lastOfRuns = new Map(rows.map((row) => [row.entry.run, row]));
  return {
    "run-without-end": seqsOf(
      [...lastOfRuns.values()].filter(({ entry }) => entry.type !== "run-ended"),
    ),
    "call-without-result": seqsOf(
      decisions.filter((one) => one.executed && !settled.has(callOf(one))),
    ),
    "result-without-call": seqsOf(settlements.filter((one) => !decided.has(callOf(one)))),
    "unknown-outcome": seqsOf(settlements.filter(({ status }) => status === "unknown")),
    "usage-not-reported": seqsOf(
      ofModels.filter(
        ({ status, inputTokens, outputTokens }) =>
          isCutOff(status) || inputTokens === undefined || outputTokens === undefined,
      ),
    ),
    "no-price": seqsOf(
      ofModels.filter(
        (one) => (one.nanoUsd ?? 0) === 0 && (one.inputTokens ?? 0) + (one.outputTokens ?? 0) > 0,
      ),
    ),
    "ran-although-refused": seqsOf(
      decisions.filter(
        ({ verdict, executed }) => executed && (verdict === "block" || verdict === "open"),
      ),
    ),
    "breach-observed": seqsOf(rows.filter(({ entry }) => entry.type === "trip" && entry.observed)),
    override: seqsOf(
      rows.filter(({ entry }) => ["override", "stop", "stop-lifted", "reset"].includes(entry.type)),
    ),
    "no-hashes": seqsOf(decisions.filter(({ inputHash }) => inputHash === undefined)),
  };
}

function seqsOf(rows: readonly { readonly seq: number }[]): readonly number[] | undefined {
  return rows.length === 0
    ? undefined
    : rows.map(({ seq }) => seq).toSorted((one, other) => one - other);
}

/** Whether a call ended before it could report its tokens. */
const isCutOff = (status: string) => status === "unknown" || status === "ignored";
