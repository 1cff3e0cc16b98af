import type { Finding, LedgerEntry, Posting } from "@guard/core";

/** How many entries each run has. */
export const entriesOfRun = 20;

/** One user at a time has so many runs. */
const users = 500;

/** Calls of many runs: for each call a decision and its settlement, a trip in each tenth run, and the run's end. */
export function* ledgerEntries(count: number): Generator<LedgerEntry> {
  const calls = (entriesOfRun - 2) / 2;
  for (let made = 0, run = 0; made < count; run += 1, made += entriesOfRun) {
    for (let call = 0; call < calls; call += 1) yield* callOf(run, call);
    yield run % 10 === 0 ? tripOf(run) : settlementOf(run, calls);
    yield { type: "run-ended", run: nameOf(run), at: timeOf(run, calls), postings: [] };
  }
}

export const nameOf = (run: number): string => `run-${run}`;

/** A run begins every 30 seconds, and each of its calls takes a second. */
export const timeOf = (run: number, call = 0): number =>
  Date.UTC(2026, 0, 1) + run * 30_000 + call * 1_000;

function* callOf(run: number, call: number): Generator<LedgerEntry> {
  const kind = call % 2 === 0 ? "model" : "tool";
  yield {
    type: "decision",
    run: nameOf(run),
    at: timeOf(run, call),
    session: `chat-${run % 5_000}`,
    accounts: { session: `chat-${run % 5_000}`, user: String(run % users) },
    agent: "researcher",
    lane: "researcher",
    turn: 1,
    round: call,
    call: `${run}-${call}`,
    kind,
    tool: kind === "model" ? "gpt-5-mini" : "search",
    policy: "unknown",
    signature: "cc3d46290e86f5d5ec5b2535",
    inputHash: "a69fbbcf7209c6f659a75067",
    verdict: "allow",
    executed: true,
    postings: postingsOf(run, kind === "model" ? { modelCalls: 1 } : { toolCalls: 1 }),
  };
  yield settlementOf(run, call);
}

function settlementOf(run: number, call: number): LedgerEntry {
  return {
    type: "settlement",
    run: nameOf(run),
    at: timeOf(run, call),
    call: `${run}-${call}`,
    status: "success",
    inputTokens: 1_200,
    outputTokens: 300,
    nanoUsd: 900_000,
    durationMs: 812,
    outputHash: "6e1592ca71e3ea123686a8cf",
    maskedOutputHash: "6e1592ca71e3ea123686a8cf",
    postings: postingsOf(run, { tokens: 1_500, nanoUsd: 900_000 }),
  };
}

function tripOf(run: number): LedgerEntry {
  const at = timeOf(run, 9);
  const used = { modelCalls: 5, toolCalls: 4, delegations: 0, tokens: 13_500, usd: 0.0081 };
  const finding: Finding = {
    rule: "signature",
    reason: "loop",
    verdict: "open",
    count: 6,
    limit: 6,
    agent: "researcher",
    signatures: ["cc3d46290e86f5d5ec5b2535"],
    cost: { calls: 3, tokens: 4_500, usd: 0.0027 },
  };
  const report = { run: nameOf(run), at, reason: "loop", finding, tripCount: 1, used } as const;
  return {
    type: "trip",
    run: nameOf(run),
    at,
    report,
    observed: false,
    postings: [],
  };
}

/** A call changes the account of its run and that of its user. */
function postingsOf(run: number, figures: Partial<Posting>): readonly Posting[] {
  const zero = { modelCalls: 0, toolCalls: 0, delegations: 0, tokens: 0, nanoUsd: 0 };
  const held = { heldTokens: 0, heldNanoUsd: 0 };
  const of = (account: string, window: string): Posting => {
    return { account, window, slot: "0", expires: "1795970280000", ...zero, ...held, ...figures };
  };
  return [of(`run:${nameOf(run)}`, "life"), of(`user:${run % users}`, "day 2026-01-01 UTC")];
}
