import { goOn, noLoop } from "./loop.ts";
import { isPatient, lookWeight } from "./looks.ts";
import { isHarmless, isMoving } from "./policy.ts";
import type { FinishedCall, Novelty, SettledCall } from "./finished-call.ts";
import type { LaneRecord, OutcomeHashes, SignatureRecord, Unchanged } from "./records.ts";

/** How many outcomes of one call guard remembers. */
const keptOutcomes = 32;

/** What an outcome brings, compared with earlier outcomes of the call and of earlier instances of the agent. */
export function noveltyOf(
  { exact, masked, failed }: SettledCall,
  known: SignatureRecord | undefined,
  earlier: readonly OutcomeHashes[] | undefined,
): Novelty {
  const isSame = (one: OutcomeHashes) => one.exact === exact || (failed && one.masked === masked);
  const outcomes = known?.outcomes ?? [];
  if (outcomes.some(isSame)) return "same";
  if (outcomes.some((one) => one.masked === masked)) return "masked";
  if (known !== undefined) return "new";
  return earlier?.some((one) => isSame(one) || one.masked === masked) ? "old" : "new";
}

/** The first success of a tool that may change the world: an old question is new after it. */
export function changesTheWorld(call: FinishedCall): boolean {
  return call.isFirst && acts(call);
}

/** A success of a tool that may change the world. */
export function acts({ policy, failed, unseen }: SettledCall): boolean {
  return !isHarmless(policy) && !failed && !unseen;
}

/** When a round finished, and how many effects the turn knew then. */
export interface Moment {
  readonly now: number;
  readonly mutations: number;
}

/**
 * What a lane knows about a call that has come back.
 *
 * @param before the lane before this round
 * @param after the lane after it
 */
export function learnCall(
  call: FinishedCall,
  known: SignatureRecord | undefined,
  before: LaneRecord,
  after: LaneRecord,
  { now, mutations }: Moment,
): SignatureRecord {
  const { exact, masked, failed, unseen, opaque, counts, novelty, pending } = call;
  const outcomes =
    novelty === "same" && known !== undefined
      ? known.outcomes
      : [...(known?.outcomes ?? []), { exact, masked }].slice(-keptOutcomes);
  const isComparable = !failed && !unseen && known?.hasSucceeded === true;
  const hasChanged = isComparable && known.last.masked !== masked;
  // No other call came between, so the outcome has changed by itself.
  const byItself = hasChanged && known?.acts === before.acts;
  const weight = unseen || opaque ? 0.5 : 1;
  const isSame = known?.world === after.world && known.last.exact === exact;
  return {
    outcomes,
    last: { exact, masked },
    world: after.world,
    acts: after.acts,
    waits: after.waits,
    news: after.news,
    mutations,
    hasFailed: failed,
    hasSucceeded: !failed && !unseen,
    at: now,
    isPending: pending,
    isSource: (known?.isSource ?? false) || byItself,
    same:
      counts && !call.isLook
        ? goOn(isSame ? known.same : noLoop, weight, [call])
        : (known?.same ?? noLoop),
    unchanged:
      counts && isOnPurpose(call)
        ? unchangedAfter(call, known, before.news, now)
        : known?.unchanged,
  };
}

/** Twelve twelfths are one. */
const withoutDust = (count: number) => Math.round(count * 1e6) / 1e6;

function isOnPurpose({ isLook, policy }: SettledCall): boolean {
  return isLook || isMoving(policy);
}

function unchangedAfter(
  call: FinishedCall,
  known: SignatureRecord | undefined,
  news: number,
  now: number,
): Unchanged {
  const { exact, masked, policy, failed, unseen, opaque, acknowledging, brief } = call;
  const moves = isMoving(policy);
  // A step reports in its own words that it was made.
  const saysDone = acknowledging || (policy === "step" && brief);
  const outcome = moves ? exact : masked;
  const before = known?.unchanged;
  const isSame = before?.outcome === outcome;
  // From end to end, because a call may wait before it looks.
  const gapMs = known === undefined ? 0 : now - known.at;
  const weight = moves ? 1 : lookWeight(gapMs, failed);
  const step = isSame ? (unseen || opaque ? weight / 2 : weight) : 1;
  const loop = goOn(isSame ? before : noLoop, step, [call]);
  return {
    ...loop,
    count: withoutDust(loop.count),
    patient: isSame ? before.patient + (isPatient(gapMs) ? step : 0) : 0,
    outcome,
    news,
    isShown: (before !== undefined && (before.isShown || !isSame)) || !saysDone,
  };
}
