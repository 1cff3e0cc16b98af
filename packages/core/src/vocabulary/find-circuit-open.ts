import { attachedStops } from "./attached-stops.ts";
import { CircuitOpenError } from "./errors.ts";
import { read } from "./marks.ts";

/** Where frameworks put an error that they caught. */
const links = ["cause", "errors", "lastError", "error"] as const;
const maxVisited = 1_000;

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
  const visited = new Set<unknown>();
  const waiting: unknown[] = [error];
  for (const value of waiting) {
    if (typeof value !== "object" || value === null || visited.has(value)) continue;
    if (CircuitOpenError.isInstance(value)) return value;
    if (visited.size >= maxVisited) return undefined;
    visited.add(value);
    waiting.push(attachedStops.get(value), ...linked(value));
  }
  return undefined;
}

function linked(value: object): readonly unknown[] {
  try {
    if (Array.isArray(value)) return value.slice(0, maxVisited);
  } catch {
    return [];
  }
  return links.map((link) => read(value, link));
}
