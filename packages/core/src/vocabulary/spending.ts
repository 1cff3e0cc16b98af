/** Tokens and money. Money is whole nano-dollars, so sums are exact. */
export interface Amounts {
  readonly tokens: number;
  readonly nanoUsd: number;
}

/** Calls, tokens and money. */
export interface Used extends Amounts {
  readonly modelCalls: number;
  readonly toolCalls: number;
  /** Absent in the data of older versions. */
  readonly delegations?: number;
}

/** What a run or an account has used. */
export interface Spending {
  readonly modelCalls: number;
  readonly toolCalls: number;
  /** How often an agent gave work to another. */
  readonly delegations: number;
  readonly tokens: number;
  readonly usd: number;
}
