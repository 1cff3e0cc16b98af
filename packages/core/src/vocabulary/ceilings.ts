/**
 * The most that may be used. A limit of 0 lets nothing through; an absent one is no limit. The call that
 * reaches a limit is allowed, the next is not.
 */
export interface Ceilings {
  readonly modelCalls?: number | undefined;
  readonly toolCalls?: number | undefined;
  /** Of requests and answers together. */
  readonly tokens?: number | undefined;
  readonly usd?: number | undefined;
  /**
   * From the account's first call in its window on, in milliseconds. A run's is counted by a clock that is never set, a
   * shared account's by the wall clock.
   */
  readonly wallMs?: number | undefined;
}
