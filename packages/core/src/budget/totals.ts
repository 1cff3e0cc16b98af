import { nothing, toUsd, type Amounts } from "./amounts.ts";

/** What a run has used so far. `reserved` is held for calls in flight. */
export interface Totals {
  /** When the run's first call was let through. */
  readonly startedAt?: number;
  readonly modelCalls: number;
  readonly toolCalls: number;
  readonly spent: Amounts;
  readonly reserved: Amounts;
}

export const noTotals: Totals = { modelCalls: 0, toolCalls: 0, spent: nothing, reserved: nothing };

/** Totals as people read them. */
export interface Spending {
  readonly modelCalls: number;
  readonly toolCalls: number;
  readonly tokens: number;
  readonly usd: number;
}

export function spending(totals: Totals): Spending {
  return {
    modelCalls: totals.modelCalls,
    toolCalls: totals.toolCalls,
    tokens: totals.spent.tokens,
    usd: toUsd(totals.spent.nanoUsd),
  };
}
