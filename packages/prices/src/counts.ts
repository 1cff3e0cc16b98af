import type { ModelUsage } from "@guard/core";

type Figures = Required<
  Pick<
    ModelUsage,
    | "inputTokens"
    | "cachedInputTokens"
    | "cacheWriteTokens"
    | "cacheWrite1hTokens"
    | "outputTokens"
    | "providerTools"
  >
>;

/**
 * Token counts that agree with each other: `inputTokens` includes all cached tokens, and the cache writes include those for
 * an hour.
 */
export type Counts = { readonly [Field in keyof Figures]: NonNullable<Figures[Field]> };

/**
 * Returns the token counts of a usage. `undefined` if they have no price: a count is negative or not a number, or
 * all counts are 0 because the provider did not measure.
 *
 * If a usage has more cached tokens than input tokens, the provider has left the cached ones out of the input: both are
 * added. Fractions are rounded up.
 */
export function countsOf(usage: ModelUsage): Counts | undefined {
  const { inputTokens, cachedInputTokens, outputTokens, providerTools = {} } = usage;
  const cacheWrite1hTokens = Math.ceil(usage.cacheWrite1hTokens ?? 0);
  const cacheWriteTokens = Math.max(Math.ceil(usage.cacheWriteTokens), cacheWrite1hTokens);
  const tokens = [inputTokens, cachedInputTokens, usage.cacheWriteTokens, outputTokens];
  const figures = [...tokens, cacheWrite1hTokens, ...Object.values(providerTools)];
  if (!figures.every((figure) => Number.isFinite(figure) && figure >= 0)) return undefined;
  const cache = Math.ceil(cachedInputTokens) + cacheWriteTokens;
  const input = Math.ceil(inputTokens);
  const all = cache > input ? input + cache : input;
  if (all + outputTokens === 0) return undefined;
  return {
    inputTokens: all,
    cachedInputTokens: Math.ceil(cachedInputTokens),
    cacheWriteTokens,
    cacheWrite1hTokens,
    outputTokens: Math.ceil(outputTokens),
    providerTools,
  };
}
