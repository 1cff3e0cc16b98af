import type { Outcome } from "../vocabulary/call.ts";

/** An error of a tool or a model. An abort says nothing. */
export function toFailure(error: unknown, signal?: AbortSignal): Outcome {
  const isAborted = signal?.aborted === true || isAbort(error);
  return isAborted ? { status: "ignored" } : { status: "failure", error };
}

/** Whether an error says that the caller has ended a call: an `AbortError`, or LangChain's `ModelAbortError`. */
export function isAbort(error: unknown): boolean {
  return (
    error instanceof Error && (error.name === "AbortError" || error.name === "ModelAbortError")
  );
}
