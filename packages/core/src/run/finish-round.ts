import { nothing, plus } from "../budget/amounts.ts";
import type { Amounts } from "../vocabulary/spending.ts";
import type { SettledCall } from "../evidence/finished-call.ts";
import { noveltyOf } from "../evidence/learn-call.ts";
import { learnRound, type RoundNews } from "../evidence/learn-round.ts";
import { learnEffects } from "../evidence/learn-turn.ts";
import type { Repeat } from "../evidence/records.ts";
import type { ProbeResult } from "../machine/end-probe.ts";
import { unseenOutcome } from "../signature/outcome.ts";
import { earlierIn, evidenceOf, turnOf, type LaneContext } from "./lane-context.ts";
import type { LaneState, Round } from "./state.ts";
import { printWith, withAnswer, withCalls, type Turn } from "./turn.ts";
import { setEvidence, setLane, setTurn } from "./write-state.ts";

/**
 * Ends a round: compares each outcome with what the lane has seen, and remembers it. Calls that have not come back have
 * unknown outcomes.
 */
export function finishRound(context: LaneContext, round: Round): void {
  const missing = round.open.flatMap((token): SettledCall[] => {
    const call = context.state.pending.get(token);
    if (call === undefined) return [];
    const { signed, counts } = call;
    return [{ ...signed, ...unseenOutcome, unseen: true, counts, spent: nothing }];
  });
  const news = learn(context, [...round.settled, ...missing], round.spent);
  const print = printWith(context.lane.print, news.print);
  setLane(context.state, context.key, {
    ...afterNews(context.lane, news),
    print,
    round: undefined,
  });
}

/** The lane after a round. News ends its row of refusals. */
function afterNews(lane: LaneState, { brings }: RoundNews): LaneState {
  return brings ? { ...lane, refused: 0 } : lane;
}

/**
 * Takes in a result that comes after the end of its round. guard learns from it, and news ends the lane's streaks. It
 * is no evidence of a loop.
 */
export function learnLate(context: LaneContext, call: SettledCall): void {
  const news = learn(context, [{ ...call, counts: false }], nothing);
  setLane(context.state, context.key, afterNews(context.lane, news));
}

/** Whether a probing round repeats the loop that opened the circuit. */
export function probeResult(
  context: LaneContext,
  round: Round,
  repeated: readonly Repeat[],
): ProbeResult {
  const { signatures } = evidenceOf(context);
  // An unknown outcome of a known call does not tell whether the loop goes on.
  const telling = round.settled.filter(
    ({ unseen, signature }) =>
      !unseen ||
      !(signatures.has(signature) || repeated.some((own) => own.signature === signature)),
  );
  if (telling.length === 0) return "nothing";
  const isNews = (call: SettledCall) =>
    noveltyOf(call, signatures.get(call.signature), undefined) === "new" &&
    !repeated.some(({ signature, exact }) => signature === call.signature && exact === call.exact);
  return telling.some(isNews) ? "news" : "same";
}

/** Takes in outcomes: the lane learns from them, and the turn learns what all its lanes should know. */
function learn(
  context: LaneContext,
  calls: readonly SettledCall[],
  spent: Amounts,
): RoundNews & { readonly print: string } {
  const { state, key, lane, now } = context;
  const once = onceEach(calls);
  const share = shareOf(spent, once.length);
  const told = once.map((call) => ({ ...call, spent: plus(call.spent, share) }));
  const turn = turnOf(context);
  const evidence = evidenceOf(context);
  const learned = learnRound(evidence, told, (one) => earlierIn(context, turn, one), {
    now,
    mutations: turn.evidence.mutations,
  });
  setEvidence(state, key, { ...evidence, lane: learned.lane });
  const shared = {
    ...turn,
    evidence: learnEffects(turn.evidence, lane.agent, learned.calls, learned.news),
  };
  const isRoots = turn.agent === lane.agent && told.length > 0;
  const print = told
    .map(({ signature, masked }) => `${signature}=${masked}`)
    .toSorted()
    .join();
  const next = (): Turn =>
    isAnswer(told) ? withAnswer(shared, print, true, now) : withCalls(shared, print, now);
  setTurn(state, lane.root, isRoots ? next() : shared);
  return { ...learned.news, print };
}

/** Whether a round is only the agent's answer: a structured output. */
function isAnswer(calls: readonly SettledCall[]): boolean {
  return calls.every(({ policy }) => policy === "output");
}

/** Identical calls with identical outcomes come once. */
function onceEach(calls: readonly SettledCall[]): readonly SettledCall[] {
  if (calls.length === 1) return calls;
  return [...new Map(calls.map((call) => [`${call.signature}=${call.exact}`, call])).values()];
}

/** The share of one of `calls` calls in the cost of the answers before their round. */
function shareOf({ tokens, nanoUsd }: Amounts, calls: number): Amounts {
  const parts = Math.max(calls, 1);
  return { tokens: Math.round(tokens / parts), nanoUsd: Math.round(nanoUsd / parts) };
}
