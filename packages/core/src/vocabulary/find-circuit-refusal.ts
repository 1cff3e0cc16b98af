import { CircuitRefusalError } from "./circuit-refusal.ts";
import { findCause } from "./find-cause.ts";

/**
 * Finds the refusal of a failure circuit behind an error. Frameworks wrap errors, so this follows `cause`, `errors[]`,
 * `lastError` and `error`. Returns `undefined` for any other error.
 *
 * @example
 * try {
 *   await agent.invoke(input);
 * } catch (error) {
 *   const refusal = findCircuitRefusal(error);
 *   if (refusal === undefined) throw error;
 *   console.error(`${refusal.circuit} is down; try again in ${refusal.retryAfterMs} ms`);
 * }
 */
export function findCircuitRefusal(error: unknown): CircuitRefusalError | undefined {
  return findCause(error, (value) => CircuitRefusalError.isInstance(value));
}
