import { calcPrice } from "@pydantic/genai-prices";
import type { Candidate } from "./candidates.ts";
import type { Counts } from "./counts.ts";
import { hourlyWrites } from "./hourly-writes.ts";

/** The cost of the tokens, and the prices that the data has for the model. */
export interface Listed {
  readonly usd: number;
  readonly prices: Readonly<Record<string, unknown>>;
}

/**
 * Returns the cost of a call's tokens by the price data, in USD. `undefined` if the data does not know the model, or has
 * no price for something that the call used. A 0 in the data is a price only for ids that end in `:free`. Elsewhere
 * a 0 stands for a missing price, or for a price that users pay in another way.
 *
 * Never throws, and fetches nothing: the data comes with the package.
 *
 * @param at time of the call, in milliseconds since the epoch. Without a valid date: now
 */
export function listPrice(candidate: Candidate, counts: Counts, at: number): Listed | undefined {
  const { provider, model } = candidate;
  const timestamp = new Date(at);
  try {
    const found = calcPrice(
      {
        input_tokens: counts.inputTokens,
        cache_read_tokens: counts.cachedInputTokens,
        cache_write_tokens: counts.cacheWriteTokens,
        cache_write_1h_tokens: counts.cacheWrite1hTokens,
        output_tokens: counts.outputTokens,
      },
      model,
      {
        ...(provider === undefined ? {} : { providerId: provider }),
        ...(Number.isNaN(timestamp.getTime()) ? {} : { timestamp }),
      },
    );
    if (found === null) return undefined;
    const { total_price, model_price: prices } = found;
    if (total_price === 0 && model.endsWith(":free")) return { usd: 0, prices };
    const usd = total_price + hourlyWrites(counts, prices);
    const isCovered =
      (counts.inputTokens === 0 || prices["input_mtok"] !== undefined) &&
      (counts.outputTokens === 0 || prices["output_mtok"] !== undefined);
    return isCovered && Number.isFinite(usd) && usd > 0 ? { usd, prices } : undefined;
  } catch {
    return undefined; // the package refuses this usage or this data
  }
}
