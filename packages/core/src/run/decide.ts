import { toUsd } from "../budget/amounts.ts";
import { emptyBalance, post, spending, type Balance } from "../budget/balance.ts";
import { findLimitHit, type LimitHit } from "../budget/limit-hit.ts";
import { runAccount } from "../budget/accounts.ts";
import { runLimits, type AccountLimit } from "../budget/account-limit.ts";
import { holdPostings } from "../budget/postings.ts";
import type { RequestedCall } from "./requested-call.ts";
import {
  stronger,
  type Call,
  type Finding,
  type RuleName,
  type Verdict,
} from "../vocabulary/call.ts";
import type { Change } from "./change.ts";
import { allowanceFor, extensionFor, usedUp } from "../machine/override.ts";
import { ladderFor } from "../options/tool-settings.ts";
import { admitting, concernedBy, reasonOf, rulesFor } from "../rules/index.ts";
import type { Repeat } from "../rules/rule.ts";
import type { SignedCall } from "../rules/signed-call.ts";
import { addEntries, ownOf, sightOf, type Place, type Sight } from "./sight.ts";

/** What is said about one call, before the state of the circuit is considered. */
export interface Judged {
  readonly verdict: Verdict;
  readonly findings: readonly Finding[];
  readonly contention: boolean;
  readonly until?: number | undefined;
}

/** What a run is stopped for. */
export interface TripCause {
  readonly finding: Finding;
  readonly repeats: readonly Repeat[];
  /** When time ends it: the end of the window whose budget is spent. */
  readonly until: number | undefined;
}

/** What judging a round comes to. */
export interface RoundVerdict {
  readonly judged: readonly Judged[];
  /** Set when the run is to be stopped. */
  readonly trip: TripCause | undefined;
  /** What the calls that are let through change. */
  readonly changes: readonly Change[];
}

/**
 * Judges the calls of one model answer together. Pure: reads the state, returns changes.
 *
 * A probe is judged by the ceilings alone: whether it repeats the loop is what it is there to show.
 */
export function judgeRound(
  place: Place,
  asked: readonly RequestedCall[],
  probing: boolean,
): RoundVerdict {
  const repeats: Repeat[] = [];
  const { accounts } = place.state;
  // Each call of several is held against what those before it will hold.
  const ahead = asked.length > 1 ? new Map(accounts) : undefined;
  const sight = sightOf(place);
  let { overrides } = place.state;
  const judged = asked.map(({ call, signed, estimate, limitHit: shared }): Judged => {
    const limits = limitsFor(place, call);
    const limitHit = shared ?? limitHitIn(place, limits, ahead ?? accounts, estimate);
    const findings = limitHit === undefined ? [] : [ceilingFinding(limitHit, place, call)];
    const allowance = allowanceFor(overrides, signed.signature, place.now);
    if (allowance !== undefined) overrides = usedUp(overrides, allowance.id);
    else if (!probing) addFindings(findings, place, sight, signed, repeats);
    if (findings.length === 0) {
      if (ahead !== undefined) holdIn(ahead, place, limits, estimate);
      return allowed;
    }
    const strongest = strongestOf(findings);
    const { verdict } = strongest;
    if (ahead !== undefined && verdict === "warn") holdIn(ahead, place, limits, estimate);
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
    return { judged, trip, changes: [] };
  }
  const changes = afterJudging(place, sight, asked, judged);
  if (overrides !== place.state.overrides) changes.push({ set: "overrides", to: overrides });
  return { judged, trip: undefined, changes };
}

/** What is said about a call that nothing is said against. */
export const allowed: Judged = {
  verdict: "allow",
  findings: Object.freeze([]),
  contention: false,
};

/** Holds what a call needs, as far as the calls after it are concerned. */
function holdIn(
  balances: Map<string, Balance>,
  { now, settings }: Place,
  limits: readonly AccountLimit[],
  estimate: RequestedCall["estimate"],
): void {
  for (const posting of holdPostings(limits, estimate, now, settings.reservationMs)) {
    const balance = balances.get(posting.account) ?? emptyBalance;
    balances.set(posting.account, post(balance, posting));
  }
}

/** The limits of the run's own accounts that a call has to agree with. */
export function limitsFor({ settings, lane }: Place, call: Call): readonly AccountLimit[] {
  return runLimits(settings.accountLimits, lane.agent, call);
}

/** A call of a model whose price nobody knows, where that is not allowed. */
const unpriced: LimitHit = {
  ceiling: "price",
  limit: 0,
  used: 0,
  account: runAccount,
  contention: false,
};

function limitHitIn(
  { state, now }: Place,
  limits: readonly AccountLimit[],
  balances: ReadonlyMap<string, Balance>,
  estimate: RequestedCall["estimate"],
): LimitHit | undefined {
  if (estimate.isUnpriced) return unpriced;
  for (const accountLimit of limits) {
    const balance = balances.get(accountLimit.account) ?? emptyBalance;
    const extra = extensionFor(state.overrides, accountLimit.account, now);
    const limitHit = findLimitHit(accountLimit, balance, estimate, extra, now);
    if (limitHit !== undefined) return limitHit;
  }
  return undefined;
}

/** Adds what the rules say against a call. */
function addFindings(
  findings: Finding[],
  place: Place,
  sight: Sight,
  signed: SignedCall,
  repeats: Repeat[],
): void {
  const { settings, lane } = place;
  for (const rule of rulesFor(signed)) {
    const judgement = rule.judge(signed, {
      ...sight,
      own: ownOf(rule, place),
      refused: lane.refused[rule.name] ?? 0,
      ladder: ladderFor(settings, rule.name, signed.tool),
    });
    if (judgement === undefined) continue;
    if (judgement.verdict === "open") repeats.push(...(judgement.repeats ?? []));
    const { verdict, count, limit, signatures, loop } = judgement;
    findings.push({
      rule: rule.name,
      reason: reasonOf[rule.name],
      verdict,
      count,
      limit,
      agent: lane.agent,
      ...(signed.kind === "model" ? {} : { tool: signed.tool }),
      signatures,
      cost: { calls: loop.calls, tokens: loop.spent.tokens, usd: toUsd(loop.spent.nanoUsd) },
    });
  }
}

function ceilingFinding(
  { ceiling, limit, used, contention, account }: LimitHit,
  { lane, state }: Place,
  call: Call,
): Finding {
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
  };
}

/** What the whole run has cost: a ceiling's loop is the run. */
function costOf(balance: Balance | undefined): Finding["cost"] {
  const { modelCalls, toolCalls, tokens, usd } = spending(balance);
  return { calls: modelCalls + toolCalls, tokens, usd };
}

/** The strongest of several findings; of equals the first. */
function strongestOf(findings: readonly Finding[]): Finding {
  return findings.reduce((best, finding) =>
    stronger(best.verdict, finding.verdict) === best.verdict ? best : finding,
  );
}

/** Refusals count once a round and rule; calls let through are told to the rules, each once. */
function afterJudging(
  place: Place,
  sight: Sight,
  asked: readonly RequestedCall[],
  judged: readonly Judged[],
): Change[] {
  const changes: Change[] = [];
  const refusing = judged.flatMap(refusingIn);
  if (refusing.length > 0) {
    const refused = { ...place.lane.refused };
    for (const rule of new Set(refusing)) refused[rule] = (refused[rule] ?? 0) + 1;
    changes.push({ set: "lane", lane: place.key, to: { ...place.lane, refused } });
  }
  const through = onceEach(
    asked.flatMap(({ signed }, index) => (judged[index]!.verdict === "block" ? [] : [signed])),
  );
  for (const rule of admitting) {
    const calls = concernedBy(rule, through);
    if (calls.length === 0) continue;
    addEntries(changes, rule, place, rule.admitted(calls, { ...sight, own: ownOf(rule, place) }));
  }
  return changes;
}

/** Of identical calls the last. */
function onceEach(calls: readonly SignedCall[]): readonly SignedCall[] {
  if (calls.length === 1) return calls;
  return [...new Map(calls.map((call) => [call.signature, call])).values()];
}

/** The rules for which a call is refused. */
function refusingIn({ verdict, findings }: Judged): readonly RuleName[] {
  if (verdict !== "block") return [];
  return findings.flatMap((finding) =>
    finding.verdict === "block" && finding.rule !== "ceiling" && finding.rule !== "manual"
      ? [finding.rule]
      : [],
  );
}
