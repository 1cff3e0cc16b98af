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
 * Trips Mastra's wire in a run that was stopped: before a request, and after an answer, before any of its tools starts.
 * It counts nothing: the model does.
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
  // Mastra asks for an approval of each call of this answer.
  if (onTrip === "ask" && chunks.some(({ type }) => type === "tool-call")) return;
  // The caller of the root agent reads the tripwire; one of an agent inside a tool is lost there.
  if (onTrip !== "throw" && instance === undefined) run.latch.answered = true;
  abort(stop.text, { metadata: toMetadata(stop) });
}
