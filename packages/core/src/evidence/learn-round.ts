import { setBounded } from "../collections/bounded-map.ts";
import { changesTheWorld, acts, learnCall, noveltyOf, type Moment } from "./learn-call.ts";
import { learnTool } from "./learn-tool.ts";
import { streakAfter } from "./streak.ts";
import { goOn, noLoop } from "./loop.ts";
import { isMoving, isWaiting } from "./policy.ts";
import type { FinishedCall, SettledCall } from "./finished-call.ts";
import type { Failures, LaneEvidence, LaneRecord, OutcomeHashes, Row } from "./records.ts";

/** What a round has brought. */
export interface RoundNews {
  /** Something new. */
  readonly brings: boolean;
  /** A success with something new. */
  readonly success: boolean;
  /** Something new by the agent's own work. A hand-off brings none. */
  readonly works: boolean;
}

/** How many signatures, or tools, guard remembers. It forgets those that were called longest ago. */
export const maxRecords = 4_096;

/**
 * Takes in a finished round: compares its calls with what the lane knew, then remembers them.
 *
 * @param calls identical calls with identical outcomes come once
 * @param earlier what an earlier instance of the agent knows about a signature
 */
export function learnRound(
  evidence: LaneEvidence,
  calls: readonly SettledCall[],
  earlier: (signature: string) => readonly OutcomeHashes[] | undefined,
  moment: Moment,
): {
  readonly calls: readonly FinishedCall[];
  readonly lane: LaneRecord;
  readonly news: RoundNews;
} {
  const { lane: before, signatures, tools } = evidence;
  const told = calls.filter(({ policy }) => policy !== "exempt" && policy !== "output");
  const finished = told.map((call): FinishedCall => {
    const known = signatures.get(call.signature);
    const novelty = noveltyOf(call, known, earlier(call.signature));
    return { ...call, novelty, isFirst: known === undefined };
  });
  const news = newsOf(finished);
  const lane = laneAfter(before, finished, news);
  for (const call of finished) {
    const known = signatures.get(call.signature);
    setBounded(
      signatures,
      call.signature,
      learnCall(call, known, before, lane, moment),
      maxRecords,
    );
  }
  for (const [tool, own] of byTool(finished)) {
    // A tool's own empty answers are news to the lane, but don't let the tool go on.
    const others = finished.some((call) => call.tool !== tool && isNews(call));
    const seen = others || !own.some(isNews) ? before.news : lane.news;
    setBounded(tools, tool, learnTool(own, tools.get(tool), seen), maxRecords);
  }
  return { calls: finished, lane, news };
}

function newsOf(calls: readonly FinishedCall[]): RoundNews {
  const fresh = calls.filter(
    (call) => call.novelty === "new" && isTelling(call) && !saysNothing(call),
  );
  return {
    brings: fresh.length > 0,
    success: fresh.some(isNews),
    works: fresh.some(({ delegation }) => delegation === undefined),
  };
}

const isNews = ({ novelty, failed, unseen, policy }: FinishedCall) =>
  novelty === "new" && !failed && !unseen && policy !== "note" && policy !== "wait";

/** A note of the agent brings no news, and time passes by itself. */
const isTelling = ({ policy }: FinishedCall) => policy !== "note" && policy !== "wait";

/**
 * A refused call that ran and failed has brought nothing. Nor has a hand-off: another agent has new words every time.
 */
function saysNothing({ counts, failed, delegation }: SettledCall): boolean {
  return !counts && (failed || delegation !== undefined);
}

function laneAfter(
  before: LaneRecord,
  calls: readonly FinishedCall[],
  news: RoundNews,
): LaneRecord {
  const counts = (isCounted: (call: FinishedCall) => boolean) => calls.filter(isCounted).length;
  return {
    ...before,
    world: before.world + counts(changesTheWorld),
    acts: before.acts + counts(acts),
    waits: before.waits + counts(({ policy, waits }) => policy === "wait" || waits === true),
    news: before.news + (news.success ? 1 : 0),
    streak: streakAfter(before.streak, calls, news.brings),
    row: rowAfter(before.row, calls),
    failures: failuresAfter(before, calls),
    // An agent may say the same words before each step with news, and while it waits.
    answers: news.brings || calls.some(isPatient) ? undefined : before.answers,
  };
}

const isPatient = ({ isLook, policy }: FinishedCall) =>
  isLook || isMoving(policy) || isWaiting(policy);

function rowAfter(before: Row | undefined, calls: readonly FinishedCall[]): Row | undefined {
  const counted = calls.filter(
    ({ counts, policy }) => counts && policy !== "wait" && policy !== "note",
  );
  const [first] = counted;
  if (first === undefined) return before;
  const { signature } = first;
  if (counted.some((call) => call.signature !== signature)) return undefined;
  return { ...goOn(before?.signature === signature ? before : noLoop, 1, counted), signature };
}

function failuresAfter(
  { failures: before, news }: LaneRecord,
  calls: readonly FinishedCall[],
): Failures | undefined {
  const counted = calls.filter(({ counts, isLook }) => counts && !isLook);
  const [first] = counted;
  if (first === undefined) return before;
  const { tool, signature } = first;
  if (!calls.every((call) => call.failed && call.tool === tool)) return undefined;
  const loop = goOn(before?.tool === tool ? before : noLoop, 1, counted);
  const areAnswers = calls.every(({ empty, asResult }) => empty || asResult);
  return { ...loop, tool, signature, areAnswers, news };
}

function byTool(calls: readonly FinishedCall[]): ReadonlyMap<string, readonly FinishedCall[]> {
  const counted = calls.filter(({ counts, isLook }) => counts && !isLook);
  const groups = new Map<string, FinishedCall[]>();
  for (const call of counted) groups.set(call.tool, [...(groups.get(call.tool) ?? []), call]);
  return groups;
}
