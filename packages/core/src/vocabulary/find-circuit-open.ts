import { CircuitOpenError } from "./errors.ts";
import { findCause } from "./find-cause.ts";

/**
 * Finds the trip behind an error. Frameworks wrap errors, so `instanceof` may miss it: this follows `cause`, `errors[]`,
 * `lastError` and `error`. Returns `undefined` for an error that has nothing to do with guard.
 *
 * @example
 * try {
 *   await agent.invoke(input);
 * } catch (error) {
 *   const stop = findCircuitOpen(error);
 *   if (stop === undefined) throw error;
 *   console.error(stop.message, stop.report.used);
 * }
 */
export function findCircuitOpen(error: unknown): CircuitOpenError | undefined {
  return findCause(error, (value) => CircuitOpenError.isInstance(value));
}
