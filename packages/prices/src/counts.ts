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
 * Figures that agree with each other: the parts of the cache fit into `inputTokens`, and what stays there for
 * an hour into what is written.
 */
export type Counts = { readonly [Field in keyof Figures]: NonNullable<Figures[Field]> };

/**
 * The figures of a usage, or `undefined` where they can't be priced: one is negative or not a number, or
 * all tokens are 0, as providers report that have not measured.
 *
 * More tokens in the cache than in all can only mean that the request was counted without its cache, so
 * both are added. Fractions are rounded up.
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
