/** What a call costs or a run has spent. Money is whole nano-dollars: sums of it are exact. */
export interface Amounts {
  readonly tokens: number;
  readonly nanoUsd: number;
}

/** What was used: calls, tokens and money. */
export interface Used extends Amounts {
  readonly modelCalls: number;
  readonly toolCalls: number;
  /** Absent in what older versions have stored. */
  readonly delegations?: number;
}

/** A balance as people read it. */
export interface Spending {
  readonly modelCalls: number;
  readonly toolCalls: number;
  /** Work that was handed to other agents. */
  readonly delegations: number;
  readonly tokens: number;
  readonly usd: number;
}
