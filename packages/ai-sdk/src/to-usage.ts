import type { Usage } from "@guard/core";
import { read, usageOf } from "@guard/core/adapter";

/**
 * The usage that a model and its provider report; `undefined` if they report none. Takes an answer, or the `finish` part of
 * its stream and the parts before it, of any version of the specification.
 */
export function toUsage(
  answer: unknown,
  servedModel: unknown = read(answer, "response", "modelId"),
  content: unknown = read(answer, "content"),
): Usage | undefined {
  const metadata = read(answer, "providerMetadata");
  const figures = [
    usageWithCache(answer),
    read(answer, "usage", "raw"),
    read(answer, "response", "body", "usage"), // some clients leave the cost out of `raw`
    read(metadata, "anthropic", "usage"), // V2 tells here alone how long the cache lasts
    read(metadata, "bedrock", "usage"),
    read(metadata, "openrouter", "usage"),
    read(metadata, "gateway"),
    read(metadata, "xai"),
  ];
  const parts: readonly unknown[] = [
    ...(Array.isArray(content) ? content : []),
    read(metadata, "google", "groundingMetadata"),
    read(metadata, "vertex", "groundingMetadata"),
  ];
  return usageOf(figures, [{ model: servedModel }, read(metadata, "openai")], parts);
}

/**
 * The usage, and for Anthropic's models the tokens of the cache too: models of V2 leave them out of the number of input
 * tokens, on every platform that runs them.
 */
function usageWithCache(answer: unknown): unknown {
  const [usage, metadata] = [read(answer, "usage"), read(answer, "providerMetadata")];
  const input = read(usage, "inputTokens");
  const isAnthropics = (read(metadata, "anthropic") ?? read(metadata, "bedrock")) !== undefined;
  if (!isAnthropics || typeof input === "object") return usage;
  return {
    input_tokens: input,
    cache_read_input_tokens: read(usage, "cachedInputTokens"),
    cache_creation_input_tokens:
      read(metadata, "anthropic", "cacheCreationInputTokens") ??
      read(metadata, "bedrock", "usage", "cacheWriteInputTokens"),
    output_tokens: read(usage, "outputTokens"),
  };
}
