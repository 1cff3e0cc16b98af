import type { Counts } from "./counts.ts";
import type { TablePrice } from "./options.ts";

/** What a call costs by a user's own table, in USD. */
export function tablePrice(price: TablePrice, counts: Counts): number {
  const { inputTokens, cachedInputTokens, cacheWriteTokens, outputTokens } = counts;
  const plain = inputTokens - cachedInputTokens - cacheWriteTokens;
  const input = price.inputUsdPerMillion;
  return (
    (plain * input +
      cachedInputTokens * (price.cachedInputUsdPerMillion ?? input) +
      cacheWriteTokens * (price.cacheWriteUsdPerMillion ?? input) +
      outputTokens * price.outputUsdPerMillion) /
    1_000_000
  );
}
