import type { Usage } from "@guard/core";

/** An answer in its provider's shape, and the figures on the provider's bill. */
export interface ProviderAnswer {
  readonly name: string;
  /** As frameworks name them. */
  readonly provider: string;
  readonly model: string;
  readonly body: object;
  /** The figures on the bill. Absent where the provider reports none. */
  readonly billed?: Usage;
  /** The price: added up by hand from the list prices in docs/prices.md, and as the provider reports it. */
  readonly billedUsd?: number;
}

const text = "It is 8080.";

const chat = (model: string, usage?: object) => ({
  id: "chatcmpl-1",
  object: "chat.completion",
  created: 1_760_000_000,
  model,
  choices: [{ index: 0, message: { role: "assistant", content: text }, finish_reason: "stop" }],
  ...(usage === undefined ? {} : { usage }),
});

const responses = (model: string, items: readonly object[], usage: object) => ({
  id: "resp_1",
  object: "response",
  created_at: 1_760_000_000,
  status: "completed",
  error: null,
  incomplete_details: null,
  model,
  output: [
    ...items,
    {
      type: "message",
      id: "msg_1",
      role: "assistant",
      status: "completed",
      content: [{ type: "output_text", text, annotations: [] }],
    },
  ],
  usage,
});

const message = (usage: object, ...blocks: readonly object[]) => ({
  id: "msg_1",
  type: "message",
  role: "assistant",
  model: "claude-sonnet-4-5-20250929",
  content: [...blocks, { type: "text", text }],
  stop_reason: "end_turn",
  stop_sequence: null,
  usage,
});

const search = (id: string, type = "search") => ({
  type: "web_search_call",
  id,
  status: "completed",
  action: type === "search" ? { type, query: "port" } : { type, url: "https://example.com" },
});

const tokens = { prompt_tokens: 2_006, completion_tokens: 300, total_tokens: 2_306 };
const reasoned = { completion_tokens_details: { reasoning_tokens: 256 } };
const cached = { prompt_tokens_details: { cached_tokens: 1_920 } };
const counted = { ...tokens, ...cached, ...reasoned };
const responded = {
  input_tokens: 2_006,
  input_tokens_details: { cached_tokens: 1_920 },
  output_tokens: 300,
  output_tokens_details: { reasoning_tokens: 256 },
  total_tokens: 2_306,
};
const billed = { inputTokens: 2_006, cachedInputTokens: 1_920, outputTokens: 300 };

/** The figures of a usage that are more than 0. */
export function figuresOf(usage: Usage = {}): Usage {
  const told = Object.entries(usage).filter(
    ([, value]) => value !== 0 && typeof value !== "string",
  );
  return Object.fromEntries(told);
}

/** Adds up USD. Each part is a number of tokens and the price of a million of them. */
const usd = (...parts: readonly (readonly [tokens: number, perMillion: number])[]) =>
  parts.reduce((sum, [count, perMillion]) => sum + count * perMillion, 0) / 1_000_000;

/** Answers in the shapes that the providers' clients read. All are written by hand, not recorded. */
export const providerAnswers: readonly ProviderAnswer[] = [
  {
    name: "OpenAI, chat completions, reasoning",
    provider: "openai.chat",
    model: "gpt-5-mini",
    body: chat("gpt-5-mini-2025-08-07", counted),
    billed,
    billedUsd: usd([86, 0.25], [1_920, 0.025], [300, 2]),
  },
  {
    name: "OpenAI, responses, reasoning, two searches and a page opened",
    provider: "openai.responses",
    model: "gpt-5-mini",
    body: responses(
      "gpt-5-mini-2025-08-07",
      [search("ws_1"), search("ws_2"), search("ws_3", "open_page")],
      responded,
    ),
    billed: { ...billed, providerTools: { web_search: 2 } },
    billedUsd: usd([86, 0.25], [1_920, 0.025], [300, 2]) + 2 * 0.01,
  },
  {
    name: "OpenAI, responses, files searched, code run twice in one container",
    provider: "openai.responses",
    model: "gpt-5-mini",
    body: responses(
      "gpt-5-mini-2025-08-07",
      [
        {
          type: "file_search_call",
          id: "fs_1",
          status: "completed",
          queries: ["port"],
          results: null,
        },
        ...["ci_1", "ci_2"].map((id) => ({
          type: "code_interpreter_call",
          id,
          status: "completed",
          code: "1 + 1",
          container_id: "cntr_1",
          outputs: null,
        })),
      ],
      responded,
    ),
    billed: { ...billed, providerTools: { file_search: 1, code_execution: 2 } },
    billedUsd: usd([86, 0.25], [1_920, 0.025], [300, 2]) + 0.0025 + 0.03,
  },
  {
    name: "Anthropic, cache writes of five minutes",
    provider: "anthropic.messages",
    model: "claude-sonnet-4-5",
    body: message({
      input_tokens: 40,
      cache_read_input_tokens: 1_000,
      cache_creation_input_tokens: 3_000,
      cache_creation: { ephemeral_5m_input_tokens: 3_000, ephemeral_1h_input_tokens: 0 },
      output_tokens: 300,
      service_tier: "standard",
    }),
    billed: {
      inputTokens: 4_040,
      cachedInputTokens: 1_000,
      cacheWriteTokens: 3_000,
      outputTokens: 300,
    },
    billedUsd: usd([40, 3], [1_000, 0.3], [3_000, 3.75], [300, 15]),
  },
  {
    name: "Anthropic, cache writes of five minutes and an hour, three searches",
    provider: "anthropic.messages",
    model: "claude-sonnet-4-5",
    body: message(
      {
        input_tokens: 40,
        cache_read_input_tokens: 1_000,
        cache_creation_input_tokens: 3_000,
        cache_creation: { ephemeral_5m_input_tokens: 1_000, ephemeral_1h_input_tokens: 2_000 },
        output_tokens: 300,
        server_tool_use: { web_search_requests: 3, web_fetch_requests: 1 },
        service_tier: "standard",
      },
      ...["srvtoolu_1", "srvtoolu_2", "srvtoolu_3"].flatMap((id) => [
        { type: "server_tool_use", id, name: "web_search", input: { query: "port" } },
        { type: "web_search_tool_result", tool_use_id: id, content: [] },
      ]),
    ),
    billed: {
      inputTokens: 4_040,
      cachedInputTokens: 1_000,
      cacheWriteTokens: 3_000,
      cacheWrite1hTokens: 2_000,
      outputTokens: 300,
      providerTools: { web_search: 3 },
    },
    billedUsd: usd([40, 3], [1_000, 0.3], [1_000, 3.75], [2_000, 6], [300, 15]) + 3 * 0.01,
  },
  {
    name: "Gemini, thoughts",
    provider: "google.generative-ai",
    model: "gemini-2.5-flash",
    body: {
      candidates: [
        { content: { role: "model", parts: [{ text }] }, finishReason: "STOP", index: 0 },
      ],
      usageMetadata: {
        promptTokenCount: 41,
        candidatesTokenCount: 5,
        thoughtsTokenCount: 343,
        totalTokenCount: 389,
      },
      modelVersion: "gemini-2.5-flash",
    },
    billed: { inputTokens: 41, outputTokens: 348 },
    billedUsd: usd([41, 0.3], [348, 2.5]),
  },
  {
    name: "Gemini, thoughts, a cache, what its tools have read, two searches",
    provider: "google.generative-ai",
    model: "gemini-2.5-flash",
    body: {
      candidates: [
        {
          content: { role: "model", parts: [{ text }] },
          finishReason: "STOP",
          index: 0,
          groundingMetadata: { webSearchQueries: ["port", "port 8080"] },
        },
      ],
      usageMetadata: {
        promptTokenCount: 41,
        toolUsePromptTokenCount: 100,
        cachedContentTokenCount: 20,
        candidatesTokenCount: 5,
        thoughtsTokenCount: 343,
        totalTokenCount: 489,
      },
      modelVersion: "gemini-2.5-flash",
    },
    billed: {
      inputTokens: 141,
      cachedInputTokens: 20,
      outputTokens: 348,
      providerTools: { web_search: 2 },
    },
    billedUsd: usd([121, 0.3], [20, 0.03], [348, 2.5]) + 0.035,
  },
  {
    name: "Bedrock, cache writes of five minutes and an hour",
    provider: "amazon-bedrock",
    model: "us.anthropic.claude-sonnet-4-5-20250929-v1:0",
    body: {
      output: { message: { role: "assistant", content: [{ text }] } },
      stopReason: "end_turn",
      metrics: { latencyMs: 1 },
      usage: {
        inputTokens: 40,
        outputTokens: 300,
        totalTokens: 4_340,
        cacheReadInputTokens: 1_000,
        cacheWriteInputTokens: 3_000,
        cacheDetails: [
          { ttl: "1h", inputTokens: 2_000 },
          { ttl: "5m", inputTokens: 1_000 },
        ],
      },
    },
    billed: {
      inputTokens: 4_040,
      cachedInputTokens: 1_000,
      cacheWriteTokens: 3_000,
      cacheWrite1hTokens: 2_000,
      outputTokens: 300,
    },
    billedUsd: usd([40, 3.3], [1_000, 0.33], [1_000, 4.125], [2_000, 6.6], [300, 16.5]),
  },
  {
    name: "Mistral, a cache",
    provider: "mistral.chat",
    model: "mistral-medium-latest",
    body: chat("mistral-medium-latest", { ...tokens, num_cached_tokens: 1_920 }),
    billed,
    billedUsd: usd([86, 1.5], [1_920, 0.15], [300, 7.5]),
  },
  {
    name: "Groq, reasoning",
    provider: "groq.chat",
    model: "llama-3.3-70b-versatile",
    body: chat("llama-3.3-70b-versatile", {
      ...tokens,
      ...reasoned,
      queue_time: 0.1,
      total_time: 0.2,
    }),
    billed: { inputTokens: 2_006, outputTokens: 300 },
    billedUsd: usd([2_006, 0.59], [300, 0.79]),
  },
  {
    name: "DeepSeek, reasoning, a cache",
    provider: "deepseek.chat",
    model: "deepseek-v4-pro",
    body: chat("deepseek-v4-pro", {
      ...tokens,
      ...reasoned,
      prompt_cache_hit_tokens: 1_920,
      prompt_cache_miss_tokens: 86,
    }),
    billed,
    billedUsd: usd([86, 0.66], [1_920, 0.022], [300, 1.98]),
  },
  {
    name: "xAI, responses, reasoning, a search, a price in ticks",
    provider: "xai.responses",
    model: "grok-4",
    body: responses("grok-4", [search("ws_1")], {
      ...responded,
      num_sources_used: 4,
      num_server_side_tools_used: 1,
      server_side_tool_usage_details: { web_search_calls: 1, x_search_calls: 0 },
      cost_in_usd_ticks: 107_756_000,
    }),
    billed: { ...billed, providerTools: { web_search: 1 }, usd: 0.0107756 },
    billedUsd: 0.0107756,
  },
  {
    name: "OpenRouter, a search, which tells the price",
    provider: "openrouter.chat",
    model: "anthropic/claude-sonnet-4.5",
    body: {
      ...chat("anthropic/claude-sonnet-4.5", {
        ...counted,
        prompt_tokens_details: { cached_tokens: 1_920, cache_write_tokens: 50 },
        cost: 0.0152,
        is_byok: false,
        cost_details: { upstream_inference_cost: 0.0152 },
        server_tool_use: { web_search_requests: 1 },
      }),
      provider: "Anthropic",
    },
    billed: { ...billed, cacheWriteTokens: 50, providerTools: { web_search: 1 }, usd: 0.0152 },
    billedUsd: 0.0152,
  },
  {
    name: "OpenRouter, a key of the caller's own: a fee, and the upstream's bill",
    provider: "openrouter.chat",
    model: "anthropic/claude-sonnet-4.5",
    body: {
      ...chat("anthropic/claude-sonnet-4.5", {
        ...counted,
        cost: 0.00076,
        is_byok: true,
        cost_details: { upstream_inference_cost: 0.0152 },
      }),
      provider: "Anthropic",
    },
    billed: { ...billed, usd: 0.01596 },
    billedUsd: 0.01596,
  },
  {
    name: "Ollama, which may tell nothing",
    provider: "ollama.chat",
    model: "llama3.3",
    body: chat("llama3.3"),
  },
];
