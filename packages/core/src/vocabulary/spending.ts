/** What a call costs or a run has spent. Money is whole nano-dollars: sums of it are exact. */
export interface Amounts {
  readonly tokens: number;
  readonly nanoUsd: number;
}

/** What was used: calls, tokens and money. */
export interface Used extends Amounts {
  readonly modelCalls: number;
  readonly toolCalls: number;
}

/** A balance as people read it. */
export interface Spending {
  readonly modelCalls: number;
  readonly toolCalls: number;
  readonly tokens: number;
  readonly usd: number;
}
