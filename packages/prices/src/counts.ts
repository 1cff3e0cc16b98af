import type { ModelUsage } from "@guard/core";

/** Tokens that agree with each other: the two parts of the cache fit into `inputTokens`. */
export type Counts = Pick<
  ModelUsage,
  "inputTokens" | "cachedInputTokens" | "cacheWriteTokens" | "outputTokens"
>;

/**
 * The tokens of a usage, or `undefined` where they can't be priced: a figure is negative or not a number,
 * or all are 0, as providers report that have not measured.
 *
 * More tokens in the cache than in all can only mean that the request was counted without its cache, so
 * both are added. Fractions are rounded up.
 */
export function countsOf(usage: ModelUsage): Counts | undefined {
  const { inputTokens, cachedInputTokens, cacheWriteTokens, outputTokens } = usage;
  const figures = [inputTokens, cachedInputTokens, cacheWriteTokens, outputTokens];
  if (!figures.every((figure) => Number.isFinite(figure) && figure >= 0)) return undefined;
  const cache = Math.ceil(cachedInputTokens) + Math.ceil(cacheWriteTokens);
  const input = Math.ceil(inputTokens);
  const all = cache > input ? input + cache : input;
  if (all + outputTokens === 0) return undefined;
  return {
    inputTokens: all,
    cachedInputTokens: Math.ceil(cachedInputTokens),
    cacheWriteTokens: Math.ceil(cacheWriteTokens),
    outputTokens: Math.ceil(outputTokens),
  };
}
