import type { LedgerEntry } from "@guard/core";
import type { LedgerRow } from "../../src/read-rows.ts";

const at = Date.UTC(2026, 10, 29, 12);
type Given<Type> = Partial<Extract<LedgerEntry, { type: Type }>>;

/** guard's decision about a call of run-1, in the session audit-7. */
export const decision = (call: string, given: Given<"decision"> = {}): LedgerEntry => ({
  type: "decision",
  run: "run-1",
  session: "audit-7",
  at,
  agent: "auditor",
  call,
  kind: "tool",
  tool: "fetch_page",
  signature: "abc",
  verdict: "allow",
  executed: true,
  inputHash: `in-${call}`,
  postings: [],
  ...given,
});

/** The result of a call of run-1. */
export const settlement = (call: string, given: Given<"settlement"> = {}): LedgerEntry => ({
  type: "settlement",
  run: "run-1",
  at,
  call,
  status: "success",
  nanoUsd: 0,
  outputHash: `out-${call}`,
  postings: [],
  ...given,
});

export const trip = (given: Given<"trip"> = {}): LedgerEntry => {
  const used = { tokens: 0, usd: 0, modelCalls: 0, toolCalls: 3 };
  const finding = { rule: "loop", reason: "loop", signatures: [], count: 3 };
  const report = { run: "run-1", at, reason: "loop", finding, tripCount: 1, used };
  return {
    type: "trip",
    run: "run-1",
    at,
    observed: false,
    report,
    postings: [],
    ...given,
  } as LedgerEntry;
};

export const ended = (run = "run-1"): LedgerEntry => ({ type: "run-ended", run, at, postings: [] });

export const spec: LedgerEntry = {
  type: "spec",
  run: "",
  session: "audit-7",
  at,
  does: "audits one page for missing titles",
  doesNot: "change the page",
  done: "the report names every missing title",
  postings: [],
};

/** A model call with its result. */
export const modelCall = (
  call: string,
  used: Given<"settlement"> = { inputTokens: 100, outputTokens: 20, nanoUsd: 3_000_000 },
): readonly LedgerEntry[] => [
  decision(call, { kind: "model", tool: "gpt-5-mini" }),
  settlement(call, used),
];

/** Entries as rows of a file, from `from` on. */
export const rowsOf = (entries: readonly LedgerEntry[], from = 1): readonly LedgerRow[] =>
  entries.map((entry, index) => ({ seq: from + index, hash: `hash-${from + index}`, entry }));

/** A session without any open question. */
export const whole: readonly LedgerEntry[] = [
  spec,
  ...modelCall("m1"),
  decision("t1"),
  settlement("t1"),
  ...modelCall("m2"),
  ended(),
];
