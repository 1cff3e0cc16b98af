import type { CallRefusedError, CircuitOpenError } from "@guard/core";

/**
 * A refusal as the tool node of `createAgent` passes it on to the model: word for word, as the error
 * message of that one call. The node does so for errors that carry this brand of LangChain's own, also
 * where the user's middleware wraps tool calls; any other error would end the run there.
 */
export function toRefusal(error: CircuitOpenError | CallRefusedError): Error {
  return Object.defineProperty(error, "~brand", { value: "ToolInvocationError" });
}

/**
 * A trip as LangChain is told of it: without the time after which asking again makes sense. Its retries
 * would sleep that long and try again, even if the error says not to.
 */
export function toStop(error: CircuitOpenError): CircuitOpenError {
  return Object.defineProperty(error, "retryAfterMs", { value: undefined });
}
