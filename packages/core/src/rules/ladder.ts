import { toNanoUsd } from "../budget/amounts.ts";
import type { Verdict } from "../vocabulary/call.ts";
import type { Loop } from "../evidence/loop.ts";

/**
 * From which count on a rung is reached; `false`: never. `{ count, usd }`: from that count on, or as
 * soon as the loop has cost that much, whichever comes first.
 */
export type Threshold = number | false | { readonly count: number; readonly usd: number };

/**
 * At which count a rule warns, blocks and opens.
 *
 * `open` counts the lane's refused rounds, whichever rule refused them, on top of what was enough to block: a rule
 * that blocks at 2 and opens at 4 opens when a third round in a row would be refused. Where a rule blocks and its
 * `open` is `false`, it refuses for ever.
 */
export interface Ladder {
  readonly warn: Threshold;
  readonly block: Threshold;
  readonly open: Threshold;
}

/** A rung that was reached: its verdict, what was counted and the threshold it met. */
export interface Rung {
  readonly verdict: Exclude<Verdict, "allow">;
  readonly count: number;
  readonly limit: number;
}

/**
 * The highest rung that a loop, and the refused rounds on top of it, have reached.
 *
 * @param isLevel what is counted is how high something is, not how often it was: then refused rounds are
 * nothing to it, and it opens as soon as it is high enough
 */
export function rung(
  ladder: Ladder,
  loop: Loop,
  refused: number,
  isLevel = false,
): Rung | undefined {
  const count = isLevel ? loop.count : loop.count + refused;
  const opening = isLevel ? count : Math.min(loop.count, countOf(ladder.block)) + refused;
  if (reaches(ladder.open, opening, loop)) {
    return { verdict: "open", count, limit: countOf(ladder.open) };
  }
  for (const verdict of ["block", "warn"] as const) {
    const threshold = ladder[verdict];
    if (reaches(threshold, loop.count, loop)) return { verdict, count, limit: countOf(threshold) };
  }
  return undefined;
}

/** The number in a threshold; a rung that is never reached is above all others. */
export function countOf(threshold: Threshold): number {
  if (threshold === false) return Number.POSITIVE_INFINITY;
  return typeof threshold === "number" ? threshold : threshold.count;
}

function reaches(threshold: Threshold, count: number, { spent }: Loop): boolean {
  if (threshold === false) return false;
  if (count >= countOf(threshold)) return true;
  return typeof threshold === "object" && count > 0 && spent.nanoUsd >= toNanoUsd(threshold.usd);
}

/** A ladder without the rungs that refuse: something else makes the repeating worth it. */
export function onlyWarn(ladder: Ladder): Ladder {
  return { ...ladder, block: false, open: false };
}

/** A ladder that refuses `factor` times as late, and then opens after as many refusals; it warns as before. */
export function scaled(ladder: Ladder, factor: number): Ladder {
  const { block, open } = ladder;
  if (block === false) return ladder;
  const later = countOf(block) * (factor - 1);
  const add = (threshold: Threshold): Threshold => {
    if (threshold === false) return false;
    if (typeof threshold === "number") return threshold + later;
    return { ...threshold, count: threshold.count + later };
  };
  return { ...ladder, block: add(block), open: add(open) };
}
