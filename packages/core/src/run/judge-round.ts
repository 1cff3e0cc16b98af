import { holdIn, limitHitIn, limitsFor } from "./run-limits.ts";
import type { Override } from "../vocabulary/override.ts";
import { toUsd } from "../budget/amounts.ts";
import { spending, type Balance } from "../budget/balance.ts";
import { priceBehind } from "../budget/price-used.ts";
import type { LimitHit } from "../budget/limit-hit.ts";
import { runAccount } from "../budget/run-account.ts";
import type { RequestedCall } from "./requested-call.ts";
import { stronger, type Call, type Finding, type Verdict } from "../vocabulary/call.ts";
import { allowanceFor, usedUp } from "../machine/override.ts";
import { ladderFor } from "../options/tool-settings.ts";
import { reasonOf, rulesFor } from "../rules/index.ts";
import { cureFor } from "../rules/cure.ts";
import { isLook } from "../evidence/looks.ts";
import { noLoop } from "../evidence/loop.ts";
import type { Repeat } from "../evidence/records.ts";
import type { SignedCall } from "../evidence/signed-call.ts";
import type { LaneEvidence } from "../evidence/records.ts";
import { evidenceOf, knownOf, turnOf, type LaneContext } from "./lane-context.ts";
import type { Turn } from "./turn.ts";

/** The verdict on one call, before the state of the circuit counts. */
export interface JudgedCall {
  readonly verdict: Verdict;
  readonly findings: readonly Finding[];
  readonly contention: boolean;
  readonly until?: number | undefined;
}

/** Why a run is stopped. */
export interface TripCause {
  readonly finding: Finding;
  readonly repeats: readonly Repeat[];
  /** When time ends the stop: at the end of the window of a spent budget. */
  readonly until: number | undefined;
}

/** The result of judging a round. */
export interface RoundVerdict {
  readonly judged: readonly JudgedCall[];
  /** Set if the run must stop. */
  readonly trip: TripCause | undefined;
  /** The overrides after the calls have used them. */
  readonly overrides: readonly Override[];
}

/**
 * Judges the calls of one model answer together. Pure.
 *
 * Only ceilings judge a probe: it may repeat the loop, because that is the question.
 */
export function judgeRound(
  context: LaneContext,
  asked: readonly RequestedCall[],
  probing: boolean,
): RoundVerdict {
  const repeats: Repeat[] = [];
  const { accounts } = context.state;
  // The calls before a call already hold their part of the budget.
  const ahead = asked.length > 1 ? new Map(accounts) : undefined;
  const evidence = evidenceOf(context);
  const turn = turnOf(context);
  const askedBefore = asked.length > 1 ? new Map<string, number>() : undefined;
  let { overrides } = context.state;
  const judged = asked.map(({ call, signed, estimate, limitHit: shared }): JudgedCall => {
    const limits = limitsFor(context, call);
    const limitHit = shared ?? limitHitIn(context, limits, ahead ?? accounts, estimate);
    const findings = limitHit === undefined ? [] : [ceilingFinding(limitHit, context, call)];
    const allowance = allowanceFor(overrides, signed.signature, context.now);
    if (allowance !== undefined) overrides = usedUp(overrides, allowance.id);
    else if (!probing) {
      const twins = askedBefore?.get(signed.signature) ?? 0;
      addFindings(findings, context, evidence, turn, signed, twins, repeats);
    }
    askedBefore?.set(signed.signature, (askedBefore.get(signed.signature) ?? 0) + 1);
    if (findings.length === 0) {
      if (ahead !== undefined) holdIn(ahead, context, limits, estimate);
      return allowed;
    }
    const strongest = strongestOf(findings);
    const { verdict } = strongest;
    if (ahead !== undefined && verdict === "warn") holdIn(ahead, context, limits, estimate);
    return {
      verdict,
      findings: [strongest, ...findings.filter((finding) => finding !== strongest)],
      contention: limitHit?.contention === true,
      until: limitHit?.until,
    };
  });
  const worst = judged.find(({ verdict }) => verdict === "open");
  if (worst !== undefined) {
    const trip = { finding: worst.findings[0]!, repeats, until: worst.until };
    return { judged, trip, overrides };
  }
  return { judged, trip: undefined, overrides };
}

/** The verdict on a call without findings. */
export const allowed: JudgedCall = {
  verdict: "allow",
  findings: Object.freeze([]),
  contention: false,
};

/** Adds the findings of the rules about a call. */
function addFindings(
  findings: Finding[],
  context: LaneContext,
  evidence: LaneEvidence,
  turn: Turn,
  signed: SignedCall,
  twins: number,
  repeats: Repeat[],
): void {
  const { settings, lane, now } = context;
  const all = knownOf(context, evidence, turn, signed);
  const known = twins > 0 && all.shared === undefined ? { ...all, shared: { asked: noLoop } } : all;
  const { effects, mutations, takenBack } = turn.evidence;
  const world = { effects, mutations, takenBack };
  const base = { known, lane: evidence.lane, ...world, now, twins, refused: lane.refused };
  for (const rule of rulesFor(signed, isLook(signed, known.signature, evidence.lane), known)) {
    const ladder = ladderFor(settings, rule.name, signed.tool);
    const judgement = rule.judge(signed, { ...base, ladder });
    if (judgement === undefined) continue;
    if (judgement.verdict === "open") repeats.push(...(judgement.repeats ?? []));
    const { verdict, count, limit, signatures, loop } = judgement;
    const cure = signed.kind === "model" ? undefined : cureFor(rule.name, signed);
    findings.push({
      rule: rule.name,
      reason: reasonOf[rule.name],
      verdict,
      count,
      limit,
      agent: lane.agent,
      ...(signed.kind === "model" ? {} : { tool: signed.tool }),
      signatures,
      ...(cure === undefined || verdict === "warn" ? {} : { cure }),
      cost: { calls: loop.calls, tokens: loop.spent.tokens, usd: toUsd(loop.spent.nanoUsd) },
    });
  }
}

function ceilingFinding(
  limitHit: LimitHit,
  { lane, state, settings }: LaneContext,
  call: Call,
): Finding {
  const { ceiling, limit, used, contention, account } = limitHit;
  const price = priceBehind(limitHit, settings, state.paid, call);
  return {
    rule: "ceiling",
    reason: "budget",
    verdict: contention ? "block" : "open",
    count: used,
    limit,
    agent: lane.agent,
    ...(call.kind === "tool" ? { tool: call.tool } : {}),
    signatures: [],
    cost: costOf(state.accounts.get(runAccount)),
    ceiling,
    account,
    ...(price === undefined ? {} : { price }),
  };
}

/** What the whole run has cost, for the finding of a ceiling. */
function costOf(balance: Balance | undefined): Finding["cost"] {
  const { modelCalls, toolCalls, delegations, tokens, usd } = spending(balance);
  return { calls: modelCalls + toolCalls + delegations, tokens, usd };
}

/** The strongest finding; the first of several equal ones. */
function strongestOf(findings: readonly Finding[]): Finding {
  return findings.reduce((best, finding) =>
    stronger(best.verdict, finding.verdict) === best.verdict ? best : finding,
  );
}
