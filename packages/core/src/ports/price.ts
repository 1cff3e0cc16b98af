import type { ToolRuns } from "../vocabulary/provider-tool.ts";

/** What one model call has used, or is expected to use, as far as it is known. */
export interface ModelUsage {
  /** The model that answered, else the one that was asked. */
  readonly model: string | undefined;
  /** The provider as the framework calls it, such as `openai.responses`. */
  readonly provider: string | undefined;
  /** All tokens of the request, those from a cache and into a cache included. */
  readonly inputTokens: number;
  /** Of `inputTokens`, those that were read from the provider's cache. */
  readonly cachedInputTokens: number;
  /** Of `inputTokens`, those that were written into the provider's cache. */
  readonly cacheWriteTokens: number;
  /** Of `cacheWriteTokens`, those that stay in the cache for an hour. Default: 0. */
  readonly cacheWrite1hTokens?: number | undefined;
  /** All tokens of the answer, those for reasoning included. */
  readonly outputTokens: number;
  /** How often the provider ran tools of its own, or may run them: `{ web_search: 3 }`. Default: none. */
  readonly providerTools?: ToolRuns | undefined;
  /** The provider's service tier, such as `flex` or `priority`: the one that was served, else asked for. */
  readonly serviceTier: string | undefined;
  /** What the provider says the call has cost, in USD. */
  readonly reportedUsd: number | undefined;
  /** When, in milliseconds since the epoch: prices change. */
  readonly at: number;
}

/**
 * Prices a model call in USD: an answered one, or one that is about to be made. Its word wins over what
 * the provider reports; return `reportedUsd` where the provider's word shall.
 *
 * Returns `undefined` for a model it does not know: then `pricing.unknown` says what holds. What it
 * throws is reported as an event and read as `undefined`.
 *
 * @example
 * const price: Price = ({ inputTokens, outputTokens }) =>
 *   (inputTokens * 0.25 + outputTokens * 2) / 1_000_000;
 */
export type Price = (usage: ModelUsage) => number | undefined;
