import type { ModelPrice } from "@pydantic/genai-prices";
import type { Counts } from "./counts.ts";

/** Every provider that offers writes for an hour charges this factor of the input price. */
export const hourlyFactor = 2;

/**
 * Returns the surcharge for cache writes for an hour, in USD. The price data has no price for some of them, and
 * prices them like writes for five minutes.
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

/** A price per million tokens. If the price has tiers: the tier of a request of this length. */
function rateOf(price: ModelPrice[string], inputTokens: number): number | undefined {
  if (price === undefined || typeof price === "number") return price;
  return price.tiers.findLast(({ start }) => inputTokens > start)?.price ?? price.base;
}
