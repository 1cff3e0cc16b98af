import { insideOf, type Breaker } from "../breaker/breaker.ts";
import type { BreakerLane } from "../breaker/breaker-lane.ts";
import type { Lane } from "../breaker/lane.ts";
import type { Call, Decision } from "../vocabulary/call.ts";

/**
 * Grants the one model call that may turn what is there into an answer when the run was stopped. Returns a
 * function that takes the grant back; `undefined` where nothing is stopped, or this trip has had its last
 * answer.
 */
export function grantLastAnswer(breaker: Breaker): (() => void) | undefined {
  return insideOf(breaker).grantLastAnswer();
}

/**
 * A call was blocked where it can't be refused, so it runs and counts as refused. It is no evidence of a
 * loop, but its cost is booked and its news is heard. Settle the decision that this returns.
 */
export function runAnyway(lane: Lane, decision: Decision, call: Call): Decision {
  return (lane as BreakerLane).runAnyway(decision, call);
}
