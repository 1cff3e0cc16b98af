/** A model as a framework names it, and its prices in USD per million tokens. 0, 0 is free. */
export interface KnownModel {
  readonly provider: string | undefined;
  readonly model: string;
  readonly inputUsd: number;
  readonly outputUsd: number;
}

/** The day of the prices below. */
export const at = Date.parse("2026-11-21T12:00:00Z");

// Read by hand from the price data 0.1.8, which comes from the pages below. Not computed.
const rows: readonly (readonly [string | undefined, string, number, number])[] = [
  // OpenAI, short context: https://developers.openai.com/api/docs/pricing
  ["openai.responses", "gpt-6-sol", 2, 10],
  ["openai.responses", "gpt-6-luna", 0.1, 0.5],
  ["openai.responses", "gpt-5.6-sol", 4, 20],
  ["openai.responses", "gpt-5.5", 5, 30],
  ["openai.responses", "gpt-5.4", 2.5, 15],
  ["openai.chat", "gpt-5.4-mini", 0.75, 4.5],
  ["openai.chat", "gpt-5.2", 1.75, 14],
  ["openai", "gpt-5", 1.25, 10],
  ["openai", "gpt-5-mini-2025-08-07", 0.25, 2],
  ["openai", "gpt-4.1", 2, 8],
  ["openai", "o3", 2, 8],
  ["openai", "ft:gpt-4o-mini-2024-07-18:acme::abc123", 0.3, 1.2],
  ["azure-openai.chat", "gpt-5-mini", 0.25, 2],
  ["azure", "gpt-35-turbo", 0.5, 1.5],
  // Anthropic: https://platform.claude.com/docs/en/about-claude/pricing
  ["anthropic.messages", "claude-opus-5-5", 4, 20],
  ["anthropic.messages", "claude-opus-4-7", 5, 25],
  ["anthropic.messages", "claude-sonnet-5", 2, 10],
  ["anthropic", "claude-sonnet-4-5-20250929", 3, 15],
  ["anthropic", "claude-haiku-4-5", 1, 5],
  [undefined, "anthropic/claude-opus-4.5", 5, 25],
  // Google: https://ai.google.dev/gemini-api/docs/pricing, https://cloud.google.com/vertex-ai/generative-ai/pricing
  ["google.generative-ai", "gemini-3.1-pro-preview", 2, 12],
  ["google.generative-ai", "gemini-3.5-flash", 1.5, 9],
  ["google_genai", "models/gemini-2.5-pro", 1.25, 10],
  ["google_genai", "gemini-2.5-flash", 0.3, 2.5],
  ["google_vertexai", "publishers/google/models/gemini-2.5-flash-lite", 0.1, 0.4],
  ["vertex.anthropic.messages", "claude-sonnet-4-5@20250929", 3, 15],
  [
    "google.vertex.chat",
    "projects/p/locations/eu/publishers/anthropic/models/claude-haiku-4-5",
    1,
    5,
  ],
  // Amazon Bedrock, in a region 10 % above global: https://aws.amazon.com/bedrock/pricing/
  ["amazon-bedrock", "global.anthropic.claude-sonnet-4-5-20250929-v1:0", 3, 15],
  ["amazon-bedrock", "us.anthropic.claude-sonnet-4-5-20250929-v1:0", 3.3, 16.5],
  ["amazon_bedrock", "eu.anthropic.claude-haiku-4-5-20251001-v1:0", 1.1, 5.5],
  [
    "amazon_bedrock",
    "arn:aws:bedrock:us-east-1::foundation-model/anthropic.claude-sonnet-4-5-20250929-v1:0",
    3.3,
    16.5,
  ],
  ["bedrock.anthropic.messages", "us.amazon.nova-pro-v1:0", 0.8, 3.2],
  // xAI: https://docs.x.ai/docs/models
  ["xai.chat", "grok-4.5", 2, 6],
  ["xai", "grok-4-fast-reasoning", 0.2, 0.5],
  // Mistral: https://mistral.ai/pricing/api
  ["mistral.chat", "mistral-medium-latest", 1.5, 7.5],
  ["mistral", "codestral-2508", 0.3, 0.9],
  // DeepSeek, from 10:00 to 01:00 UTC: https://api-docs.deepseek.com/quick_start/pricing
  ["deepseek.chat", "deepseek-v4-pro", 0.66, 1.98],
  // Groq: https://console.groq.com/docs/models
  ["groq.chat", "llama-3.3-70b-versatile", 0.59, 0.79],
  ["groq.chat", "openai/gpt-oss-120b", 0.15, 0.6],
  // Moonshot: https://platform.kimi.ai/docs/pricing/chat-k3.md
  ["moonshotai.chat", "kimi-k3", 3, 15],
  // Routers, at the prices of the makers: https://openrouter.ai/models
  ["openrouter.chat", "anthropic/claude-sonnet-4.5", 3, 15],
  ["openrouter", "openai/gpt-5-mini:nitro", 0.25, 2],
  ["openrouter", "qwen/qwen3-coder:free", 0, 0],
  ["gateway", "anthropic/claude-haiku-4.5", 1, 5],
  ["gateway", "xai/grok-4.5", 2, 6],
  ["my-proxy", "openai:gpt-5-mini", 0.25, 2],
];

export const knownModels: readonly KnownModel[] = rows.map(
  ([provider, model, inputUsd, outputUsd]) => ({ provider, model, inputUsd, outputUsd }),
);
