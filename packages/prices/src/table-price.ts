import type { Counts } from "./counts.ts";
import { hourlyFactor } from "./hourly-writes.ts";
import type { TablePrice } from "./options.ts";

/** Returns the cost of a call's tokens by a price of the user's table, in USD. */
export function tablePrice(price: TablePrice, counts: Counts): number {
  const { inputTokens, cachedInputTokens, cacheWriteTokens, cacheWrite1hTokens, outputTokens } =
    counts;
  const plain = inputTokens - cachedInputTokens - cacheWriteTokens;
  const input = price.inputUsdPerMillion;
  return (
    (plain * input +
      cachedInputTokens * (price.cachedInputUsdPerMillion ?? input) +
      (cacheWriteTokens - cacheWrite1hTokens) * (price.cacheWriteUsdPerMillion ?? input) +
      cacheWrite1hTokens * (price.cacheWrite1hUsdPerMillion ?? input * hourlyFactor) +
      outputTokens * price.outputUsdPerMillion) /
    1_000_000
  );
}
