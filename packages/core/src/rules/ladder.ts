import type { Verdict } from "../call.ts";

/**
 * At which count a rule warns, blocks and opens; `false`: never.
 *
 * `open` counts refused rounds on top of the evidence: a rule that blocks at 2 and opens at 4 opens
 * when a third round in a row would have been refused.
 */
export interface Ladder {
  readonly warn: number | false;
  readonly block: number | false;
  readonly open: number | false;
}

/** A rung that was reached: its verdict, what was counted and the threshold it met. */
export interface Rung {
  readonly verdict: Exclude<Verdict, "allow">;
  readonly count: number;
  readonly limit: number;
}

/** The highest rung that evidence and the refused rounds on top of it have reached. */
export function rung(ladder: Ladder, evidence: number, refused: number): Rung | undefined {
  const { warn, block, open } = ladder;
  const count = evidence + refused;
  if (open !== false && count >= open) return { verdict: "open", count, limit: open };
  if (block !== false && evidence >= block) return { verdict: "block", count, limit: block };
  if (warn !== false && evidence >= warn) return { verdict: "warn", count, limit: warn };
  return undefined;
}
