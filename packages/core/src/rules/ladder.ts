import { toNanoUsd } from "../budget/amounts.ts";
import type { Verdict } from "../vocabulary/call.ts";
import type { Loop } from "../evidence/loop.ts";

/**
 * When a rule acts: at this count, or never (`false`). `{ count, usd }`: at this count, or when the loop has cost this many
 * USD, whichever comes first.
 */
export type Threshold = number | false | { readonly count: number; readonly usd: number };

/**
 * When a rule warns, refuses a call and stops the run.
 *
 * `open` adds the lane's refused rounds to the count that was enough to block. All rules' refusals count. So a rule that
 * blocks at 2 and opens at 4 stops the run instead of a third refusal in a row. A rule that blocks and has `open: false`
 * refuses for ever.
 *
 * @example
 * const poll: Ladder = { warn: 10, block: 20, open: { count: 22, usd: 1 } };
 */
export interface Ladder {
  /** The call runs, and the model reads a warning with its result. */
  readonly warn: Threshold;
  /** guard refuses the call; the run goes on. */
  readonly block: Threshold;
  /** guard stops the run. */
  readonly open: Threshold;
}

/** A reached rung: its verdict, the count and the threshold. */
export interface Rung {
  readonly verdict: Exclude<Verdict, "allow">;
  readonly count: number;
  readonly limit: number;
}

/**
 * The highest rung that a loop has reached, with the refused rounds on top.
 *
 * @param isLevel whether the count is a level, not a number of times: then refused rounds don't count, and it opens at
 *   that level
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

/** The number in a threshold. `false` is above all numbers. */
export function countOf(threshold: Threshold): number {
  if (threshold === false) return Number.POSITIVE_INFINITY;
  return typeof threshold === "number" ? threshold : threshold.count;
}

function reaches(threshold: Threshold, count: number, { spent }: Loop): boolean {
  if (threshold === false) return false;
  if (count >= countOf(threshold)) return true;
  return typeof threshold === "object" && count > 0 && spent.nanoUsd >= toNanoUsd(threshold.usd);
}

/** A ladder that only warns: something else makes the repeats worth it. */
export function onlyWarn(ladder: Ladder): Ladder {
  return { ...ladder, block: false, open: false };
}

/** A ladder that refuses `factor` times later, and opens after the same number of refusals. It warns as before. */
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
