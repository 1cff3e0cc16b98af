import type { Call, ToolCall } from "@guard/core";
import { isApproved, type GuardedRun } from "@guard/core/adapter";
import type { CallRuns } from "./call-runs.ts";
import type { GuardedModel } from "./to-call.ts";

type AskedCall = Parameters<Parameters<GuardedRun["asked"]["takeAll"]>[0]>[0];

const by = "a human, by approving a tool call";
const why = "the AI SDK has asked for the approval";

/** Whether a human is asked about the calls of an answer that has stopped its run, before any of them starts. */
export function isForHuman(
  run: GuardedRun,
  { specificationVersion }: GuardedModel,
  calls: readonly ToolCall[],
  runs: CallRuns,
): boolean {
  const { onTrip, state } = run.breaker;
  if (onTrip !== "ask" || state !== "open" || run.isToolUnderWay) return false;
  // AI SDK 5, whose models are V2, asks no human; a tool that guard has not wrapped would start.
  if (specificationVersion === "v2" || !calls.every(({ tool }) => runs.guardedTools.has(tool))) {
    return false;
  }
  run.latch.answered = true;
  return true;
}

/** Whether a call needs a human's approval now. */
export function needsHuman({ breaker }: GuardedRun): boolean {
  return breaker.onTrip === "ask" && breaker.state === "open";
}

/**
 * A call starts that a human has approved after it had stopped the run: it may run, and so may the model call that
 * reads the results. `answer` tells the answers apart that ask for calls.
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
  // What was said when the answer asked for them no longer holds: each is asked for anew.
  for (const { lane, decision } of run.asked.takeAll(isWaiting)) {
    lane.settleSync(decision.token, { status: "ignored" });
  }
}

const isWaiting = ({ call, stage }: AskedCall) => call.kind === "tool" && stage === "asked";
