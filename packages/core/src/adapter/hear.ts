import { insideOf } from "../breaker/breaker.ts";
import type { BreakerLane } from "../breaker/breaker-lane.ts";
import { sharedAdvice } from "./misplaced.ts";
import type { Run } from "./run.ts";
import { beginsTurn, isRestart, type Said } from "./turns.ts";

/** Hears what the user has said in a request. Returns what the next one is to be held against. */
export function hear(
  run: Run,
  lane: BreakerLane,
  before: Said | undefined,
  now: Said | undefined,
): Said | undefined {
  if (now === undefined) return before;
  const isTurn = beginsTurn(before, now);
  if (isTurn || isRestart(before, now)) run.beginTurn();
  if (isTurn) lane.userMessage(now.text);
  return now;
}

/** Tells of an agent that asks its model while that answers: where nothing reports runs, it is the agent of two. */
export function noteOverlap(run: Run, lane: BreakerLane): void {
  if (run.isReported || run.isToolUnderWay || !run.asked.hasModelCall(lane)) return;
  const { shared } = insideOf(run.breaker).settings;
  if (!shared) run.misplaced("shared-run", lane.agent, sharedAdvice);
}
