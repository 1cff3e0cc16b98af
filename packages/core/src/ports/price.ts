/** The cost of one answered model call, as far as a framework reports it. */
export interface ModelUsage {
  readonly model: string | undefined;
  readonly provider: string | undefined;
  readonly inputTokens: number;
  readonly outputTokens: number;
}

/**
 * Prices a model call in USD, for answers that don't bring a price of their own.
 *
 * Returns `undefined` for a model it does not know. What it throws is reported as an event and read
 * as `undefined`.
 *
 * @example
 * const price: Price = ({ inputTokens, outputTokens }) =>
 *   (inputTokens * 0.25 + outputTokens * 2) / 1_000_000;
 */
export type Price = (usage: ModelUsage) => number | undefined;
