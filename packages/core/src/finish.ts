import { nothing, plus, type Amounts } from "./budget/amounts.ts";
import type { Change } from "./change.ts";
import { concerns, entriesOf, viewFor, type Place } from "./decide.ts";
import { table } from "./evidence.ts";
import type { ProbeResult } from "./machine/settle.ts";
import type { Repeat, FinishedCall } from "./rules/rule.ts";
import { rules } from "./rules/index.ts";
import { isRepeatedOnPurpose } from "./rules/policy.ts";
import { knowsSignature, noveltyOf, seenEntries, seenTable } from "./rules/seen.ts";
import { unseenOutcome } from "./signature/outcome.ts";
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
  const seen = table(place.state.evidence.get(place.key) ?? new Map(), seenTable);
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
  const { key, state } = place;
  const seen = table(state.evidence.get(key) ?? new Map(), seenTable);
  const once = new Map(calls.map((call) => [`${call.signature}=${call.exact}`, call]));
  const told = [...once.values()].filter((call) => call.policy !== "exempt");
  const share = shareOf(spent, told.length);
  const finished = told.map((call): FinishedCall => ({
    ...call,
    counts: call.counts && !isLate,
    novelty: noveltyOf(seen, call, call),
    isFirst: !knowsSignature(seen, call.signature),
    spent: plus(call.spent, share),
  }));
  const brings = finished.some(
    (call, index) => call.novelty === "new" && !saysNothing(told[index]!),
  );
  const waits = calls.some(({ policy }) => isRepeatedOnPurpose(policy) || policy === "exempt");
  return {
    brings,
    success: finished.some((call) => call.novelty === "new" && !call.failed && !call.unseen),
    changes: [
      ...finished.flatMap((call) =>
        seenEntries(call, call).map(([entry, to]): Change => ({
          set: "evidence",
          lane: key,
          table: seenTable,
          key: entry,
          to,
        })),
      ),
      ...rules.flatMap((rule) => {
        if (rule.finished === undefined) return [];
        const concerned = finished.filter((call) => concerns(rule, call));
        const view = { ...viewFor(rule, place), brings, waits };
        return entriesOf(rule, place, rule.finished(concerned, view));
      }),
    ],
  };
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
