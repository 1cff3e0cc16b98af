import type { Used } from "./spending.ts";

/** One change of one balance. The changes in the ledger add up to the balances. */
export interface Posting extends Used {
  /** Such as `run` or `user:42`. */
  readonly account: string;
  /** Such as `life` or `day 2026-11-21 UTC`. */
  readonly window: string;
  /** The part of a rolling window. */
  readonly slot: string;
  /** When what guard holds expires. */
  readonly expires: string;
  readonly heldTokens: number;
  readonly heldNanoUsd: number;
}
