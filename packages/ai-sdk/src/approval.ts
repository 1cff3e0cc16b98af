import type { Call, ToolCall } from "@guard/core";
import { isApproved, type GuardedRun } from "@guard/core/adapter";
import type { CallRuns } from "./call-runs.ts";
import type { GuardedModel } from "./to-call.ts";

type AskedCall = Parameters<Parameters<GuardedRun["asked"]["takeAll"]>[0]>[0];

const by = "a human, by approving a tool call";
const why = "the AI SDK has asked for the approval";

/** Whether guard asks a human about the calls of an answer that stopped its run. None of the calls has started. */
export function isForHuman(
  run: GuardedRun,
  { specificationVersion }: GuardedModel,
  calls: readonly ToolCall[],
  runs: CallRuns,
): boolean {
  const { onTrip, state } = run.breaker;
  if (onTrip !== "ask" || state !== "open" || run.isToolUnderWay) return false;
  // AI SDK 5 (models of V2) asks no human. A tool that guard has not wrapped would start without asking.
  if (specificationVersion === "v2" || !calls.every(({ tool }) => runs.guardedTools.has(tool))) {
    return false;
  }
  run.latch.answered = true;
  return true;
}

/** Whether each call needs a human's approval now. */
export function needsHuman({ breaker }: GuardedRun): boolean {
  return breaker.onTrip === "ask" && breaker.state === "open";
}

/**
 * Lets a call run that stopped the run and that a human has approved since, and one model call, which reads the results.
 *
 * @param answer which answer asked for the call: one approval lets one model call run, for all calls of an answer
 */
export function letApproved(run: GuardedRun, call: ToolCall, answer: string): void {
  if (!needsHuman(run)) return;
  const grant = (kind: Call["kind"], visit: string) =>
    isApproved(
      run,
      "",
      () => ({ grant: kind, by, why }),
      () => `${kind} ${visit}`,
    );
  grant(run.handoffs.toCall(call).kind, `${call.id} ${answer}`);
  grant("model", answer);
  // guard judges the calls again when they start: forget what it said when the model asked for them.
  for (const { lane, decision } of run.asked.takeAll(isWaiting)) {
    lane.settleSync(decision.token, { status: "ignored" });
  }
}

const isWaiting = ({ call, stage }: AskedCall) => call.kind === "tool" && stage === "asked";
