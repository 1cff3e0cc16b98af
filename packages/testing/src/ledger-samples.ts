import type { LedgerEntry } from "@guard/core";

type OfType<Type extends LedgerEntry["type"]> = Extract<LedgerEntry, { readonly type: Type }>;

const at = Date.UTC(2026, 10, 29, 12, 0, 0, 7);

const postings: LedgerEntry["postings"] = [
  {
    account: "run:run-1",
    window: "life",
    slot: "0",
    expires: "1764417600000",
    modelCalls: 1,
    toolCalls: 0,
    delegations: 2,
    tokens: -3,
    nanoUsd: 9_007_199_254_740_991,
    heldTokens: 4,
    heldNanoUsd: -5,
  },
  {
    account: "user:42",
    window: "day 2026-11-29 UTC",
    slot: "0",
    expires: "0",
    modelCalls: 0,
    toolCalls: 1,
    tokens: 0,
    nanoUsd: 0,
    heldTokens: 0,
    heldNanoUsd: 0,
  },
];

const base = { run: "run-1", at, postings } as const;

const used = { modelCalls: 4, toolCalls: 3, delegations: 2, tokens: 1_000, usd: 0.125 };

const stop = { id: "s1", of: { user: "42" }, force: "open", by: "ops", why: "a test", at } as const;

/** One entry of each type, with all fields. */
export const ledgerSamples: { readonly [Type in LedgerEntry["type"]]: OfType<Type> } = {
  decision: {
    ...base,
    type: "decision",
    agent: "finder",
    call: "c1",
    kind: "tool",
    tool: "search",
    signature: "6a811f7cf0214d1903c84b4c",
    verdict: "block",
    executed: false,
    rule: "repeat",
    session: "s-1",
    accounts: { session: "s-1", user: "42", app: "shop", organisation: "acme" },
    lane: "finder\n7",
    turn: 2,
    round: 0,
    policy: "read",
    inputHash: "eac5f886753541a58319cd90",
  },
  settlement: {
    ...base,
    type: "settlement",
    call: "c1",
    status: "success",
    inputTokens: 900,
    cachedInputTokens: 0,
    cacheWriteTokens: 12,
    outputTokens: 40,
    nanoUsd: 1_250_000,
    durationMs: 0,
    outputHash: "0123456789abcdef01234567",
    maskedOutputHash: "fedcba9876543210fedcba98",
  },
  trip: {
    ...base,
    type: "trip",
    observed: true,
    report: {
      run: "run-1",
      at,
      reason: "loop",
      tripCount: 1,
      used,
      finding: {
        rule: "repeat",
        reason: "loop",
        verdict: "open",
        count: 6,
        limit: 6,
        agent: "finder",
        tool: "search",
        signatures: ["6a811f7cf0214d1903c84b4c"],
        cost: { calls: 6, tokens: 1_000, usd: 0.1 },
      },
    },
  },
  override: {
    ...base,
    type: "override",
    override: {
      id: "o1",
      extend: { usd: 5, tokens: 10 },
      account: "user:42",
      by: "ops",
      why: "nearly done",
      at,
      until: at + 60_000,
    },
  },
  stop: { ...base, type: "stop", stop },
  "stop-lifted": { ...base, type: "stop-lifted", stop, by: "ops", why: "mended" },
  reset: { ...base, type: "reset", by: "ops", why: "mended" },
  restored: { ...base, type: "restored" },
  "run-ended": { ...base, type: "run-ended" },
  spec: {
    ...base,
    run: "",
    type: "spec",
    session: "s1",
    does: "audits one page for missing titles",
    doesNot: "change the page",
    done: "the report names every missing title",
  },
  attestation: {
    ...base,
    run: "",
    type: "attestation",
    session: "s1",
    frame: "4e07408562bedb8b60ce05c1decfe3ad16b72230967de01f640b7e4729b49fce",
    reviewer: "Ada",
    notes: "I read every row.",
  },
  "carried-forward": { ...base, run: "", type: "carried-forward" },
};
