import type { ModelUsage } from "@guard/core";
import { at } from "./known-models.ts";

/** A usage of which only what matters is named: 1 000 tokens in, 100 out, no cache, no price reported. */
export function usage(given: Partial<ModelUsage>): ModelUsage {
  return {
    model: "gpt-5-mini",
    provider: "openai",
    inputTokens: 1_000,
    cachedInputTokens: 0,
    cacheWriteTokens: 0,
    outputTokens: 100,
    serviceTier: undefined,
    reportedUsd: undefined,
    at,
    ...given,
  };
}
