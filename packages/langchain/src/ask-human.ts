import type { CircuitOpenError } from "@guard/core";
import {
  isApproved,
  whatStopped,
  type TripDecision,
  type TripQuestion,
  textsOf,
} from "@guard/core/adapter";
import { interrupt, isGraphInterrupt } from "@langchain/langgraph";
import type { Run } from "./run.ts";

/**
 * Asks a human what a stopped run may still do, and obeys the decision. Asks again until guard can obey the decision.
 *
 * @param visit names this visit to the node. LangGraph visits a resumed node again, under the same name
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
      // Middleware before guard must not retry this error. Middleware that makes an answer of it asks no human.
      Object.defineProperty(error, Symbol.for("langchain.errors.retryable"), { value: false });
      run.question = error;
      run.root.guarded.latch.answered = true;
    }
    throw error;
  }
}

/** The text and the code of a stop. Another process may have stopped the run: then guard knows no more than that. */
export function stopOf({ root: { guarded } }: Run): Pick<CircuitOpenError, "text" | "code"> {
  const text = () => textsOf(guarded).stopped(undefined);
  return whatStopped(guarded) ?? { text: text(), code: "GUARD_CIRCUIT_OPEN" };
}
