import type { Used } from "./spending.ts";

/**
 * One change of one balance. All that happens to money is a list of these, so balances are what the
 * entries of the ledger add up to.
 */
export interface Posting extends Used {
  readonly account: string;
  readonly window: string;
  readonly slot: string;
  /** The moment that names what is held. */
  readonly expires: string;
  readonly heldTokens: number;
  readonly heldNanoUsd: number;
}
