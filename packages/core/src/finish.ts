import type { Change } from "./change.ts";
import { entriesOf, viewFor, type Place } from "./decide.ts";
import { table } from "./evidence.ts";
import type { ProbeResult } from "./machine/settle.ts";
import type { Repeat, FinishedCall } from "./rules/rule.ts";
import { rules } from "./rules/index.ts";
import { knowsSignature, noveltyOf, seenEntries, seenTable } from "./rules/seen.ts";
import { unseenOutcome } from "./signature/sign.ts";
import type { Round, Settled } from "./state.ts";

/** What the end of a round changes, and what it says where it was a probe. */
export interface Finished {
  readonly changes: readonly Change[];
  readonly news: boolean;
}

/**
 * Ends a round: each outcome is compared with what the lane has seen, remembered, and told to the
 * rules. Calls that have not come back are settled as unknown. Pure.
 */
export function finishRound(place: Place, round: Round): Finished {
  const missing = round.open.flatMap((token): Settled[] => {
    const call = place.state.inFlight.get(token);
    if (call?.signed === undefined) return [];
    return [{ ...call.signed, ...unseenOutcome, unseen: true, counts: call.counts }];
  });
  const { changes, news } = learn(place, [...round.settled, ...missing]);
  const lane = {
    ...place.lane,
    round: undefined,
    news: place.lane.news + (news ? 1 : 0),
    refused: news ? {} : place.lane.refused,
  };
  return { news, changes: [...changes, { set: "lane", lane: place.key, to: lane }] };
}

/**
 * A result that comes back after its round has been ended without it: what it brings is learned, and
 * if it is news the lane's streaks end. It is no further evidence of a loop.
 */
export function learnLate(place: Place, call: Settled): readonly Change[] {
  const { changes, news } = learn(place, [{ ...call, counts: false }]);
  if (!news) return changes;
  const lane = { ...place.lane, news: place.lane.news + 1, refused: {} };
  return [...changes, { set: "lane", lane: place.key, to: lane }];
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

function learn(place: Place, calls: readonly Settled[]): Finished {
  const { key, state } = place;
  const seen = table(state.evidence.get(key) ?? new Map(), seenTable);
  const once = new Map(calls.map((call) => [`${call.signature}=${call.exact}`, call]));
  const judged = [...once.values()].filter((call) => call.policy !== "exempt");
  const finished = judged.map((call): FinishedCall => ({
    ...call,
    novelty: noveltyOf(seen, call, call),
  }));
  return {
    news: finished.some((call) => call.novelty === "new"),
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
      ...rules.flatMap((rule) =>
        entriesOf(rule, place, rule.finished?.(finished, viewFor(rule, place))),
      ),
    ],
  };
}
