import { tellRules } from "./tell-rules.ts";
import { nothing, plus } from "../budget/amounts.ts";
import type { Amounts } from "../vocabulary/spending.ts";
import { setEvidence, setLane } from "./write-state.ts";
import { baseContext, type LaneContext } from "./lane-context.ts";
import type { ProbeResult } from "../machine/end-probe.ts";
import type { Repeat, FinishedCall } from "../rules/rule.ts";
import { concernedBy, finishing } from "../rules/index.ts";
import { isRepeatedOnPurpose } from "../rules/policy.ts";
import { knowsSignature, noveltyOf, seenEntries, seenTable } from "../rules/seen.ts";
import { unseenOutcome } from "../signature/outcome.ts";
import type { LaneState, Round, SettledCall } from "./state.ts";

/** What a round has brought. */
interface RoundNews {
  /** Something new. */
  readonly brings: boolean;
  /** A success with something new. */
  readonly success: boolean;
}

/**
 * Ends a round: each outcome is compared with what the lane has seen, remembered, and told to the
 * rules. Calls that have not come back are settled as unknown.
 */
export function finishRound(context: LaneContext, round: Round): void {
  const missing = round.open.flatMap((token): SettledCall[] => {
    const call = context.state.pending.get(token);
    if (call === undefined) return [];
    const { signed, counts } = call;
    return [{ ...signed, ...unseenOutcome, unseen: true, counts, spent: nothing }];
  });
  const news = learn(context, [...round.settled, ...missing], round.spent);
  setLane(context.state, context.key, { ...afterNews(context.lane, news), round: undefined });
}

/** A lane that has come to know what a round has brought: news ends its refusals. */
function afterNews(lane: LaneState, { brings, success }: RoundNews): LaneState {
  return {
    ...lane,
    news: lane.news + (success ? 1 : 0),
    refused: brings ? {} : lane.refused,
  };
}

/**
 * A result that comes back after its round has been ended without it: what it brings is learned, and
 * if it is news the lane's streaks end. It is no further evidence of a loop.
 */
export function learnLate(context: LaneContext, call: SettledCall): void {
  const news = learn(context, [call], nothing, true);
  setLane(context.state, context.key, afterNews(context.lane, news));
}

/** What a probing round says about the loop that opened the circuit. */
export function probeResult(
  context: LaneContext,
  round: Round,
  repeated: readonly Repeat[],
): ProbeResult {
  const { seen } = baseContext(context);
  // An unseen outcome of a known call does not tell whether the loop goes on.
  const telling = round.settled.filter(
    ({ unseen, signature }) =>
      !unseen ||
      !(knowsSignature(seen, signature) || repeated.some((own) => own.signature === signature)),
  );
  if (telling.length === 0) return "nothing";
  const isNews = (call: SettledCall) =>
    noveltyOf(seen, call, call) === "new" &&
    !repeated.some(({ signature, exact }) => signature === call.signature && exact === call.exact);
  return telling.some(isNews) ? "news" : "same";
}

/** Compares outcomes with what the lane has seen, tells them to the rules, and remembers them. */
function learn(
  context: LaneContext,
  calls: readonly SettledCall[],
  spent: Amounts,
  isLate = false,
): RoundNews {
  const { seen } = baseContext(context);
  const told = onceEach(calls);
  const share = shareOf(spent, told.length);
  let [brings, success] = [false, false];
  const finished = told.map((call): FinishedCall => {
    const novelty = noveltyOf(seen, call, call);
    if (novelty === "new") {
      brings ||= !saysNothing(call);
      success ||= !call.failed && !call.unseen;
    }
    return {
      ...call,
      counts: call.counts && !isLate,
      novelty,
      isFirst: !knowsSignature(seen, call.signature),
      spent: plus(call.spent, share),
    };
  });
  const waits = calls.some(({ policy }) => isRepeatedOnPurpose(policy) || policy === "exempt");
  tellRules(finishing, context, (rule, own) =>
    rule.finished(concernedBy(rule, finished), { ...own, brings, waits }),
  );
  for (const call of told)
    setEvidence(context.state, context.key, seenTable, seenEntries(call, call));
  return { brings, success };
}

/** Identical calls with identical outcomes come once; what is judged by no rule is not told. */
function onceEach(calls: readonly SettledCall[]): readonly SettledCall[] {
  const once = new Map(calls.map((call) => [`${call.signature}=${call.exact}`, call]));
  return [...once.values()].filter((call) => call.policy !== "exempt");
}

/**
 * A call that ran although it was refused, and failed as it was said to, has brought nothing; nor has a
 * hand-off: another agent has new words every time.
 */
function saysNothing({ counts, failed, delegation }: SettledCall): boolean {
  return !counts && (failed || delegation !== undefined);
}

/** What one of `calls` calls bears of the cost of the answers that led to their round. */
function shareOf({ tokens, nanoUsd }: Amounts, calls: number): Amounts {
  const parts = Math.max(calls, 1);
  return { tokens: Math.round(tokens / parts), nanoUsd: Math.round(nanoUsd / parts) };
}
