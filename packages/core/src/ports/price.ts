import type { ToolRuns } from "../vocabulary/provider-tool.ts";

/** What a model call has used, or will probably use. */
export interface ModelUsage {
  /** The model that answered, or the one that the call names. */
  readonly model: string | undefined;
  /** The provider, by the framework's name for it, such as `openai.responses`. */
  readonly provider: string | undefined;
  /** All tokens of the request, also those from and into a cache. */
  readonly inputTokens: number;
  /** How many of `inputTokens` the provider read from its cache. */
  readonly cachedInputTokens: number;
  /** How many of `inputTokens` the provider wrote into its cache. */
  readonly cacheWriteTokens: number;
  /** How many of `cacheWriteTokens` stay in the cache for an hour. Default: 0. */
  readonly cacheWrite1hTokens?: number | undefined;
  /** All tokens of the answer, also those for reasoning. */
  readonly outputTokens: number;
  /** How often the provider ran, or may run, tools of its own: `{ web_search: 3 }`. Default: never. */
  readonly providerTools?: ToolRuns | undefined;
  /** The provider's service tier, such as `flex` or `priority`: the one that it used, or the one that the call names. */
  readonly serviceTier: string | undefined;
  /** What the provider says that the call has cost, in USD. */
  readonly reportedUsd: number | undefined;
  /** When the call was made, in milliseconds since the epoch: prices change. */
  readonly at: number;
}

/**
 * Returns the price of a model call in USD, before and after the call. guard books this price, not the one that the provider
 * reports: return `reportedUsd` to prefer the provider's.
 *
 * Return `undefined` for a model that you don't know: then `pricing.unknown` decides. If the function throws, guard emits a
 * `port-error` event and takes the price as unknown.
 *
 * @example
 * const price: Price = ({ inputTokens, outputTokens }) =>
 *   (inputTokens * 0.25 + outputTokens * 2) / 1_000_000;
 */
export type Price = (usage: ModelUsage) => number | undefined;
