import type { CallRefusedError, CircuitOpenError } from "@guard/core";

/**
 * A refusal as the tool node of `createAgent` passes it on to the model: word for word, as the error
 * message of that one call. The node does so for errors that carry this brand of LangChain's own, also
 * where the user's middleware wraps tool calls; any other error would end the run there.
 */
export function toRefusal(error: CircuitOpenError | CallRefusedError): Error {
  return Object.defineProperty(error, "~brand", { value: toolError });
}

/** LangChain's own brand of the errors that its tool node always passes on to the model. */
const toolError = "ToolInvocationError";

export function isToolError(error: unknown): boolean {
  return error instanceof Error && "~brand" in error && error["~brand"] === toolError;
}

/** A tool's error in the words in which LangChain's tool node gives it to the model. */
export function asToolError(error: unknown): Error {
  const told = new Error(`${String(error)}\n Please fix your mistakes.`, { cause: error });
  return Object.defineProperty(told, "~brand", { value: toolError });
}

/**
 * A trip as LangChain is told of it: without the time after which asking again makes sense. Its retries
 * would sleep that long and try again, even if the error says not to.
 */
export function toStop(error: CircuitOpenError): CircuitOpenError {
  return Object.defineProperty(error, "retryAfterMs", { value: undefined });
}
