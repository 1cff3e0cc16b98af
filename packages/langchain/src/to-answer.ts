import type { CallRefusedError, CircuitOpenError } from "@guard/core";

/**
 * A refusal that the tool node of `createAgent` passes on to the model, word for word. The node does so for errors with this
 * brand of LangChain's own, even if a middleware of the user's wraps tool calls. There any other error would end the run.
 */
export function toRefusal(error: CircuitOpenError | CallRefusedError): Error {
  return Object.defineProperty(error, "~brand", { value: toolError });
}

/** LangChain's brand of errors that its tool node always passes on to the model. */
const toolError = "ToolInvocationError";

export function isToolError(error: unknown): boolean {
  return error instanceof Error && "~brand" in error && error["~brand"] === toolError;
}

/** A tool's error, in the words that LangChain's tool node uses for the model. */
export function asToolError(error: unknown): Error {
  const told = new Error(`${String(error)}\n Please fix your mistakes.`, { cause: error });
  return Object.defineProperty(told, "~brand", { value: toolError });
}

/** A stop without `retryAfterMs`: LangChain's retries would sleep that long and try again. */
export function toStop(error: CircuitOpenError): CircuitOpenError {
  return Object.defineProperty(error, "retryAfterMs", { value: undefined });
}
