import { modelPrices } from "@guard/prices";
import type { Tokens } from "example-model-server";

/** The model of the crew. */
export const modelName = "gpt-5-mini";

/** List prices by model, and estimates of tokens. */
export const prices = modelPrices();

/** A provider's bill for tokens, in USD. */
export function usdOf({ input, output }: Tokens): number {
  const usd = prices.price({
    model: modelName,
    provider: "openai",
    inputTokens: input,
    cachedInputTokens: 0,
    cacheWriteTokens: 0,
    outputTokens: output,
    serviceTier: undefined,
    reportedUsd: undefined,
    at: Date.now(),
  });
  if (usd === undefined) throw new Error(`${modelName} has no known price`);
  return usd;
}
