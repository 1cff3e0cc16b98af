import { toUsd } from "./budget/amounts.ts";
import { emptyBalance, post, spending, type Balance } from "./budget/balance.ts";
import { reachedBy, type Reached } from "./budget/ceiling.ts";
import { runAccount, runLines, type Line } from "./budget/line.ts";
import { heldBy } from "./budget/posting.ts";
import type { Wanted } from "./budget/wanted.ts";
import { stronger, type Call, type Finding, type RuleName, type Verdict } from "./call.ts";
import type { Change } from "./change.ts";
import { table } from "./evidence.ts";
import { allowanceFor, extensionFor, usedUp } from "./machine/override.ts";
import { ladderFor, type Settings } from "./options.ts";
import { reasonOf, rules } from "./rules/index.ts";
import type { JudgingView, Repeat, Rule, SignedCall, View } from "./rules/rule.ts";
import { seenTable } from "./rules/seen.ts";
import type { LaneState, RunState } from "./state.ts";

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

/** Where a judgement is made: the state and the lane that asks. */
export interface Place {
  readonly state: RunState;
  readonly settings: Settings;
  readonly now: number;
  readonly key: string;
  readonly lane: LaneState;
}

/**
 * Judges the calls of one model answer together. Pure: reads the state, returns changes.
 *
 * A probe is judged by the ceilings alone: whether it repeats the loop is what it is there to show.
 */
export function judgeRound(place: Place, asked: readonly Wanted[], probing: boolean): RoundVerdict {
  const repeats: Repeat[] = [];
  const balances = new Map(place.state.accounts);
  let { overrides } = place.state;
  const judged = asked.map(({ call, signed, need, reached: shared }): Judged => {
    const lines = linesOf(place, call);
    const reached = shared ?? reachedOf(place, lines, balances, need);
    const findings = reached === undefined ? [] : [ceilingFinding(reached, place, call)];
    const allowance = allowanceFor(overrides, signed.signature, place.now);
    if (allowance !== undefined) overrides = usedUp(overrides, allowance.id);
    else if (!probing) findings.push(...ruleFindings(place, signed, repeats));
    const verdict = findings.map((finding) => finding.verdict).reduce(stronger, "allow" as Verdict);
    if (verdict === "allow" || verdict === "warn") {
      for (const posting of heldBy(lines, need, place.now, place.settings.reservationMs)) {
        const balance = balances.get(posting.account) ?? emptyBalance;
        balances.set(posting.account, post(balance, posting));
      }
    }
    return {
      verdict,
      findings: strongestFirst(findings),
      contention: reached?.contention === true,
      until: reached?.until,
    };
  });
  const worst = judged.find(({ verdict }) => verdict === "open");
  return {
    judged,
    trip: worst && { finding: worst.findings[0]!, repeats, until: worst.until },
    changes:
      worst === undefined
        ? [{ set: "overrides", to: overrides }, ...afterJudging(place, asked, judged)]
        : [],
  };
}

/** The lines of the run's own accounts that a call has to agree with. */
export function linesOf({ settings, lane }: Place, call: Call): readonly Line[] {
  return runLines(settings.budget, settings.limits, lane.agent, call);
}

/** A call of a model whose price nobody knows, where that is not allowed. */
const unpriced: Reached = {
  ceiling: "price",
  limit: 0,
  used: 0,
  account: runAccount,
  contention: false,
};

function reachedOf(
  { state, now }: Place,
  lines: readonly Line[],
  balances: ReadonlyMap<string, Balance>,
  need: Wanted["need"],
): Reached | undefined {
  if (need.isUnpriced) return unpriced;
  for (const line of lines) {
    const balance = balances.get(line.account) ?? emptyBalance;
    const extra = extensionFor(state.overrides, line.account, now);
    const reached = reachedBy(line, balance, need, extra, now);
    if (reached !== undefined) return reached;
  }
  return undefined;
}

export function viewFor(rule: Rule, { state, now, key, lane }: Place): View {
  const tables = state.evidence.get(key) ?? new Map();
  return {
    own: table(rule.scope === "lane" ? tables : state.shared, rule.table ?? rule.name),
    seen: table(tables, seenTable),
    news: lane.news,
    now,
    inFlight: (signature) => state.flying.get(signature) ?? 0,
  };
}

function judgingView(rule: Rule, place: Place, tool: string): JudgingView {
  return {
    ...viewFor(rule, place),
    refused: place.lane.refused[rule.name] ?? 0,
    ladder: ladderFor(place.settings, rule.name, tool),
  };
}

/** Whether a rule has anything to do with a call. */
export function concerns(rule: Rule, { kind, policy }: SignedCall): boolean {
  return policy !== "exempt" && (rule.kinds ?? ["tool"]).includes(kind);
}

/** The entries that a rule wants set, as changes. */
export function entriesOf(
  rule: Rule,
  place: Place,
  entries: readonly (readonly [string, unknown])[] = [],
): Change[] {
  const lane = rule.scope === "lane" ? place.key : null;
  const name = rule.table ?? rule.name;
  return entries.map(([key, to]) => ({ set: "evidence", lane, table: name, key, to }));
}

function ruleFindings(place: Place, signed: SignedCall, repeats: Repeat[]): Finding[] {
  return rules.flatMap((rule): Finding[] => {
    if (!concerns(rule, signed)) return [];
    const judgement = rule.judge(signed, judgingView(rule, place, signed.tool));
    if (judgement === undefined) return [];
    if (judgement.verdict === "open") repeats.push(...(judgement.repeats ?? []));
    const { verdict, count, limit, signatures, loop } = judgement;
    return [
      {
        rule: rule.name,
        reason: reasonOf[rule.name],
        verdict,
        count,
        limit,
        agent: place.lane.agent,
        ...(signed.kind === "model" ? {} : { tool: signed.tool }),
        signatures,
        cost: { calls: loop.calls, tokens: loop.spent.tokens, usd: toUsd(loop.spent.nanoUsd) },
      },
    ];
  });
}

function ceilingFinding(
  { ceiling, limit, used, contention, account }: Reached,
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

function strongestFirst(findings: readonly Finding[]): readonly Finding[] {
  const strongest = findings.reduce<Finding | undefined>(
    (best, finding) =>
      best === undefined || stronger(best.verdict, finding.verdict) !== best.verdict
        ? finding
        : best,
    undefined,
  );
  return strongest === undefined
    ? findings
    : [strongest, ...findings.filter((finding) => finding !== strongest)];
}

/** Refusals count once a round and rule; calls let through are told to the rules, each once. */
function afterJudging(
  place: Place,
  asked: readonly Wanted[],
  judged: readonly Judged[],
): readonly Change[] {
  const refusing = new Set<RuleName>();
  const passing = new Map<string, SignedCall>();
  for (const [index, { verdict, findings }] of judged.entries()) {
    const { signed } = asked[index]!;
    if (verdict === "block") {
      for (const finding of findings) {
        if (
          finding.verdict === "block" &&
          finding.rule !== "ceiling" &&
          finding.rule !== "manual"
        ) {
          refusing.add(finding.rule);
        }
      }
    } else {
      passing.set(signed.signature, signed);
    }
  }
  const refused = { ...place.lane.refused };
  for (const rule of refusing) refused[rule] = (refused[rule] ?? 0) + 1;
  return [
    { set: "lane", lane: place.key, to: { ...place.lane, refused } },
    ...rules.flatMap((rule) => {
      if (rule.admitted === undefined) return [];
      const calls = [...passing.values()].filter((call) => concerns(rule, call));
      return calls.length === 0
        ? []
        : entriesOf(rule, place, rule.admitted(calls, viewFor(rule, place)));
    }),
  ];
}
