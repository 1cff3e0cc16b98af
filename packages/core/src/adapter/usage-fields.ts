import type { ProviderTool } from "../vocabulary/provider-tool.ts";

// The names of providers and frameworks for the usage of a model call. A new dialect is a new row.

/**
 * The paths of each figure, the best first: the first row with a figure other than 0 wins. A plus adds parts that
 * providers leave out; such a row counts if its first path holds a number. In a list, `1h` is the entry with that
 * `ttl`.
 */
export const tokenFields = {
  inputTokens: [
    "inputTokens.total", // AI SDK
    "inputTokens.noCache + inputTokens.cacheRead + inputTokens.cacheWrite",
    "prompt_tokens", // OpenAI's chat completions and those who imitate them
    "input_tokens + cache_read_input_tokens + cache_creation_input_tokens", // Anthropic; OpenAI's responses and LangChain have the first alone
    "inputTokens + cacheReadInputTokens + cacheWriteInputTokens", // Bedrock; AI SDK's V2 and results, Mastra and OpenAI Agents have the first alone
    "promptTokenCount + toolUsePromptTokenCount", // Gemini
    "promptTokens", // LangChain's older models
    "prompt_eval_count", // Ollama
  ],
  cachedInputTokens: [
    "inputTokens.cacheRead", // AI SDK
    "inputTokenDetails.cacheReadTokens", // AI SDK's results
    "input_token_details.cache_read", // LangChain
    "prompt_tokens_details.cached_tokens", // OpenAI's chat completions
    "input_tokens_details.cached_tokens", // OpenAI's responses
    "inputTokensDetails.cached_tokens", // OpenAI Agents, streamed
    "inputTokensDetails.0.cached_tokens", // OpenAI Agents
    "cache_read_input_tokens", // Anthropic
    "cacheReadInputTokens", // Bedrock
    "cachedContentTokenCount", // Gemini
    "cachedInputTokens", // AI SDK's V2, Mastra
    "prompt_cache_hit_tokens", // DeepSeek
    "num_cached_tokens", // Mistral
    "cached_tokens", // Moonshot
  ],
  cacheWriteTokens: [
    "inputTokens.cacheWrite", // AI SDK
    "inputTokenDetails.cacheWriteTokens", // AI SDK's results
    "input_token_details.cache_creation", // LangChain
    "input_token_details.ephemeral_5m_input_tokens + input_token_details.ephemeral_1h_input_tokens",
    "input_token_details.ephemeral_1h_input_tokens",
    "prompt_tokens_details.cache_write_tokens", // OpenRouter
    "cache_creation_input_tokens", // Anthropic
    "cacheWriteInputTokens", // Bedrock
    "cacheCreationInputTokens", // Mastra
    "cacheWriteTokens", // guard's own `Usage`
  ],
  cacheWrite1hTokens: [
    "input_token_details.ephemeral_1h_input_tokens", // LangChain
    "cache_creation.ephemeral_1h_input_tokens", // Anthropic
    "cacheDetails.1h.inputTokens", // Bedrock
    "cacheWrite1hTokens", // guard's own `Usage`
  ],
  outputTokens: [
    "outputTokens.total", // AI SDK
    "outputTokens.text + outputTokens.reasoning",
    "completion_tokens", // OpenAI's chat completions
    "output_tokens", // Anthropic, OpenAI's responses, LangChain
    "outputTokens", // Bedrock, AI SDK's V2 and results, Mastra, OpenAI Agents
    "candidatesTokenCount + thoughtsTokenCount", // Gemini
    "completionTokens", // LangChain's older models
    "eval_count", // Ollama
  ],
  // only where the output may leave them out
  reasoningTokens: [
    "completion_tokens_details.reasoning_tokens", // xAI
    "thoughtsTokenCount", // Gemini
    "reasoningTokens", // AI SDK's V2
  ],
  totalTokens: ["total_tokens", "totalTokens", "totalTokenCount"],
} as const;

/**
 * The paths of the price: the first row above 0 wins. `upstream` is a bill that a smaller cost leaves out; such a row
 * counts if there is one. `perUsd` units are one USD.
 */
export const costFields: readonly { path: string; upstream?: string; perUsd?: number }[] = [
  { path: "cost", upstream: "cost_details.upstream_inference_cost" }, // OpenRouter's fee, where the key is the caller's
  { path: "cost", upstream: "costDetails.upstreamInferenceCost" },
  { path: "cost" }, // OpenRouter, Vercel's gateway
  { path: "cost.total_cost" }, // Perplexity
  { path: "marketCost" }, // Vercel's gateway, where the key is the caller's
  { path: "cost_in_usd_ticks", perUsd: 1e10 }, // xAI
  { path: "costInUsdTicks", perUsd: 1e10 },
  { path: "usd" }, // guard's own `Usage`
];

/** The paths of the model and the service tier in an answer. */
export const nameFields = {
  model: ["model_name", "model", "modelId", "modelVersion"],
  serviceTier: ["service_tier", "serviceTier"],
} as const;

/** The paths of the counts of provider tools in a usage. The first row above 0 wins. */
export const providerToolFields = {
  web_search: [
    "server_tool_use.web_search_requests", // Anthropic, OpenRouter
    "server_side_tool_usage_details.web_search_calls + server_side_tool_usage_details.x_search_calls", // xAI
    "num_search_queries", // Perplexity
    "providerTools.web_search", // guard's own `Usage`
  ],
  file_search: [
    "server_side_tool_usage_details.file_search_calls + server_side_tool_usage_details.document_search_calls",
    "providerTools.file_search",
  ],
  code_execution: [
    "server_tool_use.code_execution_requests",
    "server_side_tool_usage_details.code_interpreter_calls",
    "providerTools.code_execution",
  ],
} as const;

/** How providers and frameworks spell the tools: `web_search_preview`, `googleSearch`, `code_interpreter_call`. */
export const providerToolNames: Readonly<Record<ProviderTool, RegExp>> = {
  web_search: /^(web|google|enterprise_?web|x)_?search/i,
  file_search: /^(file|document|collections)_?search/i,
  code_execution: /code_?(execution|interpreter)/i,
};
