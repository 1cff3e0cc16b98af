import type { Breaker } from "../breaker/breaker.ts";
import type { BreakerLane } from "../breaker/breaker-lane.ts";
import { openKey, waits, type AskedCall, type AskedCalls } from "./asked-calls.ts";

type PausedCalls = Map<string, AskedCall>;

/** What the runs of one breaker leave to each other. */
export interface SharedByRuns {
  /** Calls that a run has not started and a later run may start, by their key. */
  readonly paused: PausedCalls;
  /** The questions whose answers the breaker has applied: a resumed node reads them again. */
  readonly approved: Set<string>;
}

const ofBreaker = new WeakMap<Breaker, SharedByRuns>();

/** What the runs of a breaker leave to each other. */
export function sharedBy(breaker: Breaker): SharedByRuns {
  const shared = ofBreaker.get(breaker) ?? { paused: new Map(), approved: new Set() };
  ofBreaker.set(breaker, shared);
  return shared;
}

/** Books the failures that the framework does not try again, of one lane or of all. */
export async function settleFailed(asked: AskedCalls, lane?: BreakerLane): Promise<void> {
  const failed = asked.takeAll(
    (call) => call.failure !== undefined && (lane ?? call.lane) === call.lane,
  );
  for (const { lane: own, decision, failure } of failed) await own.settle(decision.token, failure!);
}

/**
 * Releases calls that were never made, as a lane's next request shows: model calls that another handler refused, and
 * calls that an earlier run of the agent left.
 */
export async function releaseUnmade(
  asked: AskedCalls,
  paused: PausedCalls,
  lane: BreakerLane,
): Promise<void> {
  await release(asked.takeAll((call) => call.lane === lane && call.stage === "unmade"));
  for (const [key, call] of paused) {
    if (call.lane.agent !== lane.agent) continue;
    paused.delete(key);
    await release([call]);
  }
}

/** Releases the calls of a lane, if none of them has started: they are the answer. Returns whether there were any. */
export async function releaseOutputs(asked: AskedCalls, lane: BreakerLane): Promise<boolean> {
  if (asked.some((call) => call.lane === lane && !waits(call))) return false;
  const outputs = asked.takeAll((call) => call.lane === lane);
  await release(outputs);
  return outputs.length > 0;
}

/** Releases all calls that have not started. */
export async function releaseAll(asked: AskedCalls): Promise<void> {
  await release(asked.takeAll(hasNotStarted));
}

/** Leaves the calls that have not started to a later run: this one may wait for a human. */
export async function pause(asked: AskedCalls, paused: PausedCalls): Promise<void> {
  for (const left of asked.takeAll(hasNotStarted)) {
    const { call } = left;
    if (call.kind === "tool" && call.id !== undefined) {
      paused.set(openKey(call.id, call.tool, call.args), left);
    } else await release([left]);
  }
}

async function release(calls: readonly AskedCall[]): Promise<void> {
  for (const { lane, decision } of calls) await lane.release(decision.token);
}

function hasNotStarted(asked: AskedCall): boolean {
  return asked.stage === "unmade" || (waits(asked) && asked.call.kind !== "model");
}
