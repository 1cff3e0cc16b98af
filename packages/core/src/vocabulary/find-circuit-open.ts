import { attachedStops } from "./attached-stops.ts";
import { CircuitOpenError } from "./errors.ts";
import { read } from "./marks.ts";

/** The links along which frameworks hide the error they caught. */
const links = ["cause", "errors", "lastError", "error"] as const;
const maxVisited = 1_000;

/**
 * The trip behind an error, however frameworks have wrapped it: looks along `cause`, `errors[]`,
 * `lastError` and `error`. `undefined` where no trip is found.
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
