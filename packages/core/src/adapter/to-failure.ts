import type { Outcome } from "../vocabulary/call.ts";

/** The outcome of an error. An abort counts as `ignored`. */
export function toFailure(error: unknown, signal?: AbortSignal): Outcome {
  const isAborted = signal?.aborted === true || isAbort(error);
  return isAborted ? { status: "ignored" } : { status: "failure", error };
}

/** Whether an error tells that the caller has aborted: an `AbortError`, or LangChain's `ModelAbortError`. */
export function isAbort(error: unknown): boolean {
  return (
    error instanceof Error && (error.name === "AbortError" || error.name === "ModelAbortError")
  );
}
