import { mark } from "./marks.ts";

/**
 * Marks that tell a framework that a retry is useless. Each framework has its own retries, and skips errors with its
 * own mark. Adapters can't add them: an error of `lane.run`, or the reason of a breaker's signal, is thrown inside a
 * framework's tool and passes no adapter. The marks are not enumerable.
 */
const notRetryableMarks: readonly (readonly [key: PropertyKey, value: unknown])[] = [
  // LangChain's retry middlewares
  [Symbol.for("langchain.errors.retryable"), false],
  // LangGraph's retry policy leaves "payment required" alone
  ["status", 402],
  // AI SDK's retries
  ["isRetryable", false],
];

/** Marks an error in the way of each framework that retries: another try would be refused again. */
export function markNotRetryable(error: Error): void {
  for (const [key, value] of notRetryableMarks) mark(error, key, value);
}
