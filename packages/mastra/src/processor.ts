import { currentScope } from "@guard/core/adapter";
import type { ProcessorContext } from "./mastra.ts";
import { toMetadata } from "./tripwire.ts";

interface TripwireProcessor {
  readonly id: string;
  readonly name: string;
  readonly processInputStep: (context: ProcessorContext) => void;
  readonly processLLMResponse: (context: ProcessorContext) => void;
}

/**
 * Trips Mastra's wire in a stopped run: before a request, and after an answer before its tools start. The guarded model
 * counts; this processor does not.
 */
export const tripwireProcessor: TripwireProcessor = {
  id: "guard",
  name: "guard",
  processInputStep: tripIfStopped,
  processLLMResponse: tripIfStopped,
};

function tripIfStopped({ abort, chunks = [] }: ProcessorContext): void {
  const { run, instance } = currentScope() ?? {};
  const { stop } = run ?? {};
  if (run === undefined || stop === undefined) return;
  const { onTrip } = run.breaker;
  if (onTrip === "finish" || onTrip === "wind-down") return;
  // Mastra asks a human to approve each call of this answer.
  if (onTrip === "ask" && chunks.some(({ type }) => type === "tool-call")) return;
  // The caller of the root agent reads the tripwire. The tripwire of an agent inside a tool gets lost in the tool.
  if (onTrip !== "throw" && instance === undefined) run.latch.answered = true;
  abort(stop.text, { metadata: toMetadata(stop) });
}
