import { nothing, plus } from "../budget/amounts.ts";
import type { Amounts } from "../vocabulary/spending.ts";
import type { Change } from "./change.ts";
import { addEntries, ownOf, sightOf, type Place } from "./sight.ts";
import type { ProbeResult } from "../machine/end-probe.ts";
import type { Repeat, FinishedCall } from "../rules/rule.ts";
import { concernedBy, finishing } from "../rules/index.ts";
import { isRepeatedOnPurpose } from "../rules/policy.ts";
import { knowsSignature, noveltyOf, seenEntries, seenTable } from "../rules/seen.ts";
import { unseenOutcome } from "../signature/outcome.ts";
import type { LaneState, Round, Settled } from "./state.ts";

/** What the end of a round changes. */
interface Finished {
  readonly changes: readonly Change[];
  /** It has brought something new. */
  readonly brings: boolean;
  /** A success has brought something new. */
  readonly success: boolean;
}

/**
 * Ends a round: each outcome is compared with what the lane has seen, remembered, and told to the
 * rules. Calls that have not come back are settled as unknown. Pure.
 */
export function finishRound(place: Place, round: Round): readonly Change[] {
  const missing = round.open.flatMap((token): Settled[] => {
    const call = place.state.inFlight.get(token);
    if (call === undefined) return [];
    const { signed, counts } = call;
    return [{ ...signed, ...unseenOutcome, unseen: true, counts, spent: nothing }];
  });
  const finished = learn(place, [...round.settled, ...missing], round.spent);
  const lane = { ...heard(place.lane, finished), round: undefined };
  return [...finished.changes, { set: "lane", lane: place.key, to: lane }];
}

/** A lane that has come to know what a round has brought: news ends its refusals. */
function heard(lane: LaneState, { brings, success }: Finished): LaneState {
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
export function learnLate(place: Place, call: Settled): readonly Change[] {
  const finished = learn(place, [call], nothing, true);
  const lane = heard(place.lane, finished);
  return [...finished.changes, { set: "lane", lane: place.key, to: lane }];
}

/** What a probing round says about the loop that opened the circuit. */
export function probeResult(place: Place, round: Round, repeated: readonly Repeat[]): ProbeResult {
  const { seen } = sightOf(place);
  // A known call that nobody saw come back says neither that the loop goes on nor that it is over.
  const telling = round.settled.filter(
    ({ unseen, signature }) =>
      !unseen ||
      !(knowsSignature(seen, signature) || repeated.some((own) => own.signature === signature)),
  );
  if (telling.length === 0) return "nothing";
  const isNews = (call: Settled) =>
    noveltyOf(seen, call, call) === "new" &&
    !repeated.some(({ signature, exact }) => signature === call.signature && exact === call.exact);
  return telling.some(isNews) ? "news" : "same";
}

function learn(place: Place, calls: readonly Settled[], spent: Amounts, isLate = false): Finished {
  const { key } = place;
  const sight = sightOf(place);
  const told = onceEach(calls);
  const share = shareOf(spent, told.length);
  const finished: FinishedCall[] = [];
  const changes: Change[] = [];
  let [brings, success] = [false, false];
  for (const call of told) {
    const novelty = noveltyOf(sight.seen, call, call);
    finished.push({
      ...call,
      counts: call.counts && !isLate,
      novelty,
      isFirst: !knowsSignature(sight.seen, call.signature),
      spent: plus(call.spent, share),
    });
    for (const [entry, to] of seenEntries(call, call)) {
      changes.push({ set: "evidence", lane: key, table: seenTable, key: entry, to });
    }
    if (novelty !== "new") continue;
    brings ||= !saysNothing(call);
    success ||= !call.failed && !call.unseen;
  }
  const waits = calls.some(({ policy }) => isRepeatedOnPurpose(policy) || policy === "exempt");
  for (const rule of finishing) {
    const concerned = concernedBy(rule, finished);
    const view = { ...sight, own: ownOf(rule, place), brings, waits };
    addEntries(changes, rule, place, rule.finished(concerned, view));
  }
  return { brings, success, changes };
}

/** Identical calls with identical outcomes come once; what is judged by no rule is not told. */
function onceEach(calls: readonly Settled[]): readonly Settled[] {
  const once = new Map(calls.map((call) => [`${call.signature}=${call.exact}`, call]));
  return [...once.values()].filter((call) => call.policy !== "exempt");
}

/**
 * A call that ran although it was refused, and failed as it was said to, has brought nothing; nor has a
 * hand-off: another agent has new words every time.
 */
function saysNothing({ counts, failed, delegation }: Settled): boolean {
  return !counts && (failed || delegation !== undefined);
}

/** What one of `calls` calls bears of the cost of the answers that led to their round. */
function shareOf({ tokens, nanoUsd }: Amounts, calls: number): Amounts {
  const parts = Math.max(calls, 1);
  return { tokens: Math.round(tokens / parts), nanoUsd: Math.round(nanoUsd / parts) };
}
