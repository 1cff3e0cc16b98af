import type { Outcome } from "../vocabulary/call.ts";
import { isAbort } from "../vocabulary/is-abort.ts";

/** The outcome of an error. An abort counts as `ignored`. */
export function toFailure(error: unknown, signal?: AbortSignal): Outcome {
  const isAborted = signal?.aborted === true || isAbort(error);
  return isAborted ? { status: "ignored" } : { status: "failure", error };
}
