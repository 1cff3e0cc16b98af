import type { ModelUsage } from "@guard/core";
import { at } from "./known-models.ts";

/** A usage with defaults: 1 000 tokens in, 100 out, no cache, no reported price. */
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
