import type { Call, CircuitOpenError, Decision, Outcome } from "@guard/core";
import type { BaseMessage } from "@langchain/core/messages";
import type { Request } from "./requests.ts";
import { passesRefusalsOn, type Run } from "./run-tree.ts";
import { toRefusal } from "./to-answer.ts";
import { isToolMessage, toOutcome } from "./to-outcome.ts";

/** Asks for the calls of one answer and remembers what was decided. Throws if the run is stopped. */
export async function ask(run: Run, calls: readonly Call[], answer: string): Promise<void> {
  if (calls.length === 0) return;
  const decisions: readonly Decision[] = await run.lane.admit(calls, { answer });
  for (const [index, decision] of decisions.entries()) {
    const call = calls[index]!;
    const key = call.id ?? keyWithoutId(answer, index);
    run.root.requests.set(key, { call, decision, lane: run.lane, started: false });
  }
  const stopping = decisions.find(({ verdict }) => verdict === "open");
  if (stopping !== undefined) stop(run, stopping);
}

/** The key of a call that its answer gave no id. */
export function keyWithoutId(answer: string, index: number): string {
  return `${answer}:${index}`;
}

/**
 * Lets a tool start, or refuses: always if the run has been stopped, and where the refusal reaches the
 * model also if this one call was blocked. Where it would not, the call runs and counts as refused.
 */
export function start(run: Run, request: Request): void {
  const decision = request.lane.check(request.decision);
  if (decision.verdict === "open") stop(run, decision);
  if (decision.verdict === "block" && passesRefusalsOn(run)) {
    throw toRefusal(request.lane.toError(decision));
  }
}

/** Throws the error that ends the run, and keeps it: somebody may swallow it on its way. */
export function stop(run: Run, decision: Decision): never {
  const error = run.lane.toError(decision) as CircuitOpenError;
  run.root.stopped = error;
  throw error;
}

/** Tells what came back from a call. */
export async function settle(run: Run, key: string, outcome: Outcome): Promise<void> {
  const request = run.root.requests.take(key);
  await request?.lane.settle(request.decision.token, outcome);
}

/**
 * Takes the results that only the messages of the next request show: of tools that don't exist, of
 * arguments that no tool accepted, of tools that answered by a Command.
 */
export async function takeResults(run: Run, request: readonly BaseMessage[]): Promise<void> {
  for (const message of request) {
    if (!isToolMessage(message)) continue;
    const outcome = toOutcome(message);
    if (outcome !== undefined) await settle(run, message.tool_call_id, outcome);
  }
}
