import { combinations, type Combination } from "./combination.ts";
import type { Framework } from "./framework.ts";
import { pairwise } from "./pairwise.ts";

/**
 * Few combinations of a framework that cover all pairs of way, trip, exit and preset: first those that it
 * has, then those whose rows only say why it lacks them.
 */
export function fewFor({ missing }: Framework): readonly Combination[] {
  const played = pairwise(combinations.filter((one) => missing(one) === undefined));
  return [...played, ...pairwise(combinations, played)];
}
