import { attachedStops } from "./attached-stops.ts";
import { read } from "./marks.ts";

/** Where frameworks put an error that they caught. */
const links = ["cause", "errors", "lastError", "error"] as const;
const maxVisited = 1_000;

/** The first error that is meant: the given one, or one behind it. Never throws. */
export function findCause<E extends Error>(
  error: unknown,
  isMeant: (value: unknown) => value is E,
): E | undefined {
  const visited = new Set<unknown>();
  const waiting: unknown[] = [error];
  for (const value of waiting) {
    if (typeof value !== "object" || value === null || visited.has(value)) continue;
    if (isMeant(value)) return value;
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
