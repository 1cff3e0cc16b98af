import type { CircuitOpenError } from "@guard/core";
import {
  isApproved,
  whatStopped,
  type TripDecision,
  type TripQuestion,
  textsOf,
} from "@guard/core/adapter";
import { interrupt, isGraphInterrupt } from "@langchain/langgraph";
import type { Run } from "./run-tree.ts";

/**
 * Asks a human what a stopped run may still do, until the answer says something, and obeys it. `visit` names
 * the visit to the node in which this is asked: the same one when the node is resumed.
 *
 * @returns whether the run may go on
 * @throws {GraphInterrupt} as long as the human has not answered
 */
export function mayGoOn(run: Run, visit: string): boolean {
  const ask = (question: TripQuestion) => asked(run, question);
  const { guarded } = run.root;
  return isApproved(guarded, stopOf(run).text, ask, () => `${visit}#${run.questions}`);
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
      run.root.guarded.latch.answered = true;
    }
    throw error;
  }
}

/** What there is to say about the stop of a run, as far as it is known. */
export function stopOf({ root: { guarded } }: Run): Pick<CircuitOpenError, "text" | "code"> {
  const text = () => textsOf(guarded).stopped(undefined);
  return whatStopped(guarded) ?? { text: text(), code: "GUARD_CIRCUIT_OPEN" };
}
