/**
 * Limits. One that you leave out is no limit; `0` lets nothing through. guard allows the call that reaches a limit and
 * refuses the next.
 */
export interface Ceilings {
  /** How many model calls. */
  readonly modelCalls?: number | undefined;
  /** How many tool calls. */
  readonly toolCalls?: number | undefined;
  /** How many tokens, those of requests and answers together. */
  readonly tokens?: number | undefined;
  /** How many USD, for model calls and for tools that have a price. */
  readonly usd?: number | undefined;
  /**
   * How long, in milliseconds, from the first call on. Changes of the wall clock don't matter to a run; for a shared
   * account the wall clock counts.
   */
  readonly wallMs?: number | undefined;
}
