import { modelPrices } from "@guard/prices";

/** What guard needs to count money: list prices by model, and estimates of tokens. */
export const prices = modelPrices();

/** What an answer would have cost, in USD. */
export function usdOf(model: string, inputTokens: number, outputTokens: number): number {
  const usd = prices.price({
    model,
    provider: "openai",
    inputTokens,
    cachedInputTokens: 0,
    cacheWriteTokens: 0,
    outputTokens,
    serviceTier: undefined,
    reportedUsd: undefined,
    at: Date.now(),
  });
  if (usd === undefined) throw new Error(`${model} has no known price`);
  return usd;
}
