import type { Breaker } from "@guard/core";

const approved = new WeakMap<Breaker, Set<string>>();

/**
 * The questions whose answers were said over a breaker: a node that is resumed runs from its start and reads
 * them again.
 */
export function approvedOver(breaker: Breaker): Set<string> {
  const known = approved.get(breaker) ?? new Set();
  approved.set(breaker, known);
  return known;
}
