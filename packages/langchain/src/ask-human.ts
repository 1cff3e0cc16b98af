import type { Breaker, CircuitOpenError } from "@guard/core";
import {
  approve,
  isApproved,
  tripError,
  type TripDecision,
  type TripQuestion,
} from "@guard/core/adapter";
import { interrupt, isGraphInterrupt } from "@langchain/langgraph";
import { approvedOver } from "./approved.ts";
import { stoppedBy } from "./obey.ts";
import type { Run } from "./run-tree.ts";

/**
 * Asks a human what a stopped run may still do, until the answer says something, and obeys it. `visit` names
 * the visit to the node in which this is asked: the same one when the node is resumed.
 *
 * @returns whether the run may go on
 * @throws {GraphInterrupt} as long as nobody has answered
 */
export function mayGoOn(run: Run, visit: string): boolean {
  const { breaker } = run.root;
  const isYes = isApproved(
    breaker,
    stopOf(run).message,
    (question) => asked(run, question),
    (decision) => approveOnce(breaker, decision, `${visit}#${run.questions}`),
  );
  if (isYes) run.root.stopped = undefined;
  return isYes;
}

function asked(run: Run, question: TripQuestion): TripDecision {
  run.questions += 1;
  try {
    return interrupt<TripQuestion, TripDecision>(question);
  } catch (error) {
    if (isGraphInterrupt(error)) {
      // Retries before guard leave it alone, and what they make of it all the same asks no human.
      Object.defineProperty(error, Symbol.for("langchain.errors.retryable"), { value: false });
      run.question = error;
      run.root.answered = true;
    }
    throw error;
  }
}

function approveOnce(breaker: Breaker, decision: Exclude<TripDecision, "stop">, visit: string) {
  const before = approvedOver(breaker);
  if (before.has(visit)) return;
  approve(breaker, decision);
  before.add(visit);
}

/** What there is to say about the stop of a run, as far as it is known. */
export function stopOf(run: Run): Pick<CircuitOpenError, "message" | "code"> {
  return tripError(run.root.breaker) ?? stoppedBy(run) ?? stoppedBefore;
}

const stoppedBefore = {
  message: "guard stopped this run before it was resumed.",
  code: "GUARD_CIRCUIT_OPEN",
} as const;
