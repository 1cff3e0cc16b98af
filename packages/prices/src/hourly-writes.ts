import type { ModelPrice } from "@pydantic/genai-prices";
import type { Counts } from "./counts.ts";

/** How much dearer than other input it is to write into a cache for an hour, at all who offer it. */
export const hourlyFactor = 2;

/**
 * What writing into a cache for an hour costs besides, in USD, where the price data has no price for it and
 * so takes it for a write of five minutes.
 */
export function hourlyWrites(
  { cacheWrite1hTokens, inputTokens }: Counts,
  prices: ModelPrice,
): number {
  if (cacheWrite1hTokens === 0 || prices["cache_write_1h_mtok"] !== undefined) return 0;
  const input = rateOf(prices["input_mtok"], inputTokens) ?? 0;
  const taken = rateOf(prices["cache_write_mtok"], inputTokens) ?? input;
  return (cacheWrite1hTokens * Math.max(0, input * hourlyFactor - taken)) / 1_000_000;
}

/** A price per million tokens; of one with tiers that of the tier which a request of this length is in. */
function rateOf(price: ModelPrice[string], inputTokens: number): number | undefined {
  if (price === undefined || typeof price === "number") return price;
  return price.tiers.findLast(({ start }) => inputTokens > start)?.price ?? price.base;
}
