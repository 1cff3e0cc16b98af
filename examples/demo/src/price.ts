import { modelPrices } from "@guard/prices";

/** List prices of models and estimates of tokens: guard needs both to count money. */
export const prices = modelPrices();

/** The list price of an answer, in USD. */
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
