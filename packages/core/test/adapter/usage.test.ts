// Each dialect in which a provider or a framework tells what a model call has used, beside what guard books.
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { usageOf } from "../../src/adapter/usage.ts";
import {
  costFields,
  nameFields,
  providerToolFields,
  tokenFields,
} from "../../src/adapter/usage-fields.ts";
import { createBreaker } from "../../src/breaker/breaker.ts";
import type { Usage } from "../../src/vocabulary/call.ts";
import { providerTools } from "../../src/vocabulary/provider-tool.ts";

/** A call of 100 tokens, 50 of them read from the cache and 10 written into it, and an answer of 20. */
const bare = { inputTokens: 100, outputTokens: 20 };
const read = { ...bare, cachedInputTokens: 50 };
const written = { ...read, cacheWriteTokens: 10 };

interface Dialect {
  readonly name: string;
  readonly usage: unknown;
  readonly booked: Usage | undefined;
}

const dialects: readonly Dialect[] = [
  {
    name: "OpenAI, chat completions",
    usage: {
      prompt_tokens: 100,
      completion_tokens: 20,
      total_tokens: 120,
      prompt_tokens_details: { cached_tokens: 50, audio_tokens: 0 },
      completion_tokens_details: { reasoning_tokens: 15 },
    },
    booked: read,
  },
  {
    name: "OpenAI, responses",
    usage: {
      input_tokens: 100,
      input_tokens_details: { cached_tokens: 50 },
      output_tokens: 20,
      output_tokens_details: { reasoning_tokens: 15 },
      total_tokens: 120,
    },
    booked: read,
  },
  {
    name: "Anthropic, whose input leaves out what went through the cache",
    usage: {
      input_tokens: 40,
      cache_read_input_tokens: 50,
      cache_creation_input_tokens: 10,
      output_tokens: 20,
    },
    booked: written,
  },
  {
    name: "Anthropic without a cache",
    usage: {
      input_tokens: 100,
      cache_read_input_tokens: null,
      cache_creation_input_tokens: null,
      output_tokens: 20,
    },
    booked: bare,
  },
  {
    name: "Anthropic, writes that stay in the cache for an hour",
    usage: {
      input_tokens: 40,
      cache_read_input_tokens: 50,
      cache_creation_input_tokens: 10,
      cache_creation: { ephemeral_5m_input_tokens: 4, ephemeral_1h_input_tokens: 6 },
      output_tokens: 20,
    },
    booked: { ...written, cacheWrite1hTokens: 6 },
  },
  {
    name: "Bedrock, writes of five minutes alone",
    usage: {
      inputTokens: 40,
      outputTokens: 20,
      cacheReadInputTokens: 50,
      cacheWriteInputTokens: 10,
      cacheDetails: [{ ttl: "5m", inputTokens: 10 }],
    },
    booked: written,
  },
  {
    name: "DeepSeek, which names the part of the prompt that its cache had",
    usage: {
      prompt_tokens: 100,
      completion_tokens: 20,
      prompt_cache_hit_tokens: 50,
      prompt_cache_miss_tokens: 50,
    },
    booked: read,
  },
  {
    name: "Mistral",
    usage: { prompt_tokens: 100, completion_tokens: 20, num_cached_tokens: 50 },
    booked: read,
  },
  {
    name: "Moonshot",
    usage: { prompt_tokens: 100, completion_tokens: 20, cached_tokens: 50 },
    booked: read,
  },
  {
    name: "Perplexity, which tells its searches and the price in parts",
    usage: {
      prompt_tokens: 100,
      completion_tokens: 20,
      total_tokens: 120,
      num_search_queries: 2,
      cost: {
        input_tokens_cost: 0.1,
        output_tokens_cost: 0.1,
        request_cost: 0.05,
        total_cost: 0.25,
      },
    },
    booked: { ...bare, providerTools: { web_search: 2 }, usd: 0.25 },
  },
  { name: "Ollama", usage: { prompt_eval_count: 100, eval_count: 20 }, booked: bare },
  {
    name: "Gemini through a client that tells its thoughts, and what its tools have read in the total alone",
    usage: { inputTokens: 70, outputTokens: 5, reasoningTokens: 15, totalTokens: 120 },
    booked: bare,
  },
  {
    name: "Gemini, whose output leaves out its thoughts",
    usage: {
      promptTokenCount: 90,
      toolUsePromptTokenCount: 10,
      cachedContentTokenCount: 50,
      candidatesTokenCount: 5,
      thoughtsTokenCount: 15,
      totalTokenCount: 120,
    },
    booked: read,
  },
  {
    name: "Gemini, whose thoughts have used up the answer",
    usage: { promptTokenCount: 100, thoughtsTokenCount: 20, totalTokenCount: 120 },
    booked: bare,
  },
  {
    name: "Bedrock, whose input leaves out what went through the cache",
    usage: {
      inputTokens: 40,
      outputTokens: 20,
      totalTokens: 120,
      cacheReadInputTokens: 50,
      cacheWriteInputTokens: 10,
    },
    booked: written,
  },
  {
    name: "OpenRouter, which tells the price",
    usage: {
      prompt_tokens: 100,
      completion_tokens: 20,
      total_tokens: 120,
      prompt_tokens_details: { cached_tokens: 50, cache_write_tokens: 10 },
      cost: 0.25,
      cost_details: { upstream_inference_cost: 0.25 },
    },
    booked: { ...written, usd: 0.25 },
  },
  {
    name: "OpenRouter with a key of the caller's own: a fee, and the upstream's bill",
    usage: { ...bare, cost: 0.05, costDetails: { upstreamInferenceCost: 1 } },
    booked: { ...bare, usd: 1.05 },
  },
  {
    name: "a proxy that adds Anthropic's words to those of OpenAI",
    usage: {
      prompt_tokens: 100,
      completion_tokens: 20,
      cache_read_input_tokens: 50,
      cache_creation_input_tokens: 10,
    },
    booked: written,
  },
  {
    name: "xAI, whose output leaves out the reasoning, and whose price is in ticks",
    usage: {
      prompt_tokens: 100,
      completion_tokens: 5,
      total_tokens: 120,
      completion_tokens_details: { reasoning_tokens: 15 },
      cost_in_usd_ticks: 37_756_000,
    },
    booked: { ...bare, usd: 0.0037756 },
  },
  {
    name: "reasoning that is more than the output, and no total",
    usage: {
      prompt_tokens: 100,
      completion_tokens: 5,
      completion_tokens_details: { reasoning_tokens: 15 },
    },
    booked: bare,
  },
  {
    name: "Vercel's gateway, which writes its price as text",
    usage: { ...bare, cost: "0.0045", marketCost: "0.005" },
    booked: { ...bare, usd: 0.0045 },
  },
  {
    name: "Vercel's gateway with a key of the caller's own",
    usage: { ...bare, cost: "0", marketCost: "0.005" },
    booked: { ...bare, usd: 0.005 },
  },
  {
    name: "AI SDK, specification V3 and V4",
    usage: {
      inputTokens: { total: 100, noCache: 40, cacheRead: 50, cacheWrite: 10 },
      outputTokens: { total: 20, text: 5, reasoning: 15 },
    },
    booked: written,
  },
  {
    name: "AI SDK, specification V3 and V4, parts without a total",
    usage: {
      inputTokens: { total: undefined, noCache: 40, cacheRead: 50, cacheWrite: 10 },
      outputTokens: { total: undefined, text: 5, reasoning: 15 },
    },
    booked: written,
  },
  {
    name: "AI SDK, specification V2",
    usage: { ...bare, totalTokens: 120, reasoningTokens: 15, cachedInputTokens: 50 },
    booked: read,
  },
  {
    name: "AI SDK, specification V2 of Gemini, whose output leaves out its thoughts",
    usage: {
      inputTokens: 100,
      outputTokens: 5,
      totalTokens: 120,
      reasoningTokens: 15,
      cachedInputTokens: 50,
    },
    booked: read,
  },
  {
    name: "AI SDK, results",
    usage: {
      ...bare,
      totalTokens: 120,
      inputTokenDetails: { noCacheTokens: 40, cacheReadTokens: 50, cacheWriteTokens: 10 },
      outputTokenDetails: { textTokens: 5, reasoningTokens: 15 },
    },
    booked: written,
  },
  {
    name: "Mastra",
    usage: {
      ...bare,
      totalTokens: 120,
      reasoningTokens: 15,
      cachedInputTokens: 50,
      cacheCreationInputTokens: 10,
    },
    booked: written,
  },
  {
    name: "OpenAI Agents, whose details are lists",
    usage: {
      requests: 1,
      ...bare,
      totalTokens: 120,
      inputTokensDetails: [{ cached_tokens: 50 }],
      outputTokensDetails: [{ reasoning_tokens: 15 }],
    },
    booked: read,
  },
  {
    name: "OpenAI Agents, streamed",
    usage: {
      ...bare,
      totalTokens: 120,
      inputTokensDetails: { cached_tokens: 50 },
      outputTokensDetails: { reasoning_tokens: 15 },
    },
    booked: read,
  },
  {
    name: "LangChain",
    usage: {
      input_tokens: 100,
      output_tokens: 20,
      total_tokens: 120,
      input_token_details: { cache_read: 50, cache_creation: 10 },
      output_token_details: { reasoning: 15 },
    },
    booked: written,
  },
  {
    name: "LangChain, writes by how long they stay in the cache",
    usage: {
      input_tokens: 100,
      output_tokens: 20,
      input_token_details: {
        cache_read: 50,
        cache_creation: 0,
        ephemeral_5m_input_tokens: 4,
        ephemeral_1h_input_tokens: 6,
      },
    },
    booked: { ...written, cacheWrite1hTokens: 6 },
  },
  {
    name: "LangChain, an input that leaves out more cached tokens than it holds",
    usage: {
      input_tokens: 40,
      output_tokens: 20,
      input_token_details: { cache_read: 50, cache_creation: 10 },
    },
    booked: written,
  },
  {
    name: "LangChain, an input that leaves out cached tokens that the total holds",
    usage: {
      input_tokens: 70,
      output_tokens: 20,
      total_tokens: 120,
      input_token_details: { cache_read: 30 },
    },
    booked: { ...bare, cachedInputTokens: 30 },
  },
  {
    name: "LangChain of Gemini, whose thoughts stand in the total alone",
    usage: {
      input_tokens: 100,
      output_tokens: 5,
      total_tokens: 120,
      input_token_details: { cache_read: 50 },
    },
    booked: read,
  },
  {
    name: "LangChain's older models",
    usage: { promptTokens: 100, completionTokens: 20, totalTokens: 120 },
    booked: bare,
  },
  ...[{ ...written, cacheWrite1hTokens: 6, providerTools: { web_search: 2 }, usd: 0.25 }].map(
    (usage) => ({ name: "guard's own", usage, booked: usage }),
  ),
  { name: "a total alone", usage: { total_tokens: 120 }, booked: undefined },
  { name: "an empty object", usage: {}, booked: undefined },
  { name: "null", usage: null, booked: undefined },
  { name: "text", usage: "120 tokens", booked: undefined },
];

describe("usage of a dialect", () => {
  test.for(dialects)("$name", ({ usage, booked }) => {
    expect(usageOf([usage])).toEqual(booked);
  });
});

/** An object that throws when its field is read. */
const throwing = (field: string) =>
  Object.defineProperty({}, field, {
    get: () => {
      throw new Error("hands off");
    },
  });

const ran = (...parts: readonly unknown[]) => usageOf([], [], parts)?.providerTools;

/** A part of an answer shows a tool that the provider has run. */
describe("tools that the provider runs", () => {
  test.for<[name: string, part: unknown, runs: Usage["providerTools"]]>([
    [
      "AI SDK",
      { type: "tool-call", toolName: "webSearch", toolCallId: "1", providerExecuted: true },
      { web_search: 1 },
    ],
    [
      "a tool of the user's",
      { type: "tool-call", toolName: "web_search", toolCallId: "1" },
      undefined,
    ],
    ["Anthropic", { type: "server_tool_use", id: "1", name: "web_search" }, { web_search: 1 }],
    [
      "Anthropic, a search among the tools",
      { type: "server_tool_use", id: "1", name: "tool_search_tool_bm25" },
      undefined,
    ],
    [
      "Anthropic, code",
      { type: "server_tool_use", id: "1", name: "bash_code_execution" },
      { code_execution: 1 },
    ],
    ["LangChain", { type: "server_tool_call", id: "1", name: "web_search" }, { web_search: 1 }],
    [
      "OpenAI Agents",
      { type: "hosted_tool_call", id: "1", name: "web_search_call" },
      { web_search: 1 },
    ],
    [
      "OpenAI Agents, a page opened",
      {
        type: "hosted_tool_call",
        id: "1",
        name: "web_search_call",
        providerData: { action: { type: "open_page" } },
      },
      undefined,
    ],
    [
      "OpenAI, a search",
      { type: "web_search_call", id: "1", action: { type: "search" } },
      { web_search: 1 },
    ],
    [
      "OpenAI, a page opened",
      { type: "web_search_call", id: "1", action: { type: "open_page" } },
      undefined,
    ],
    ["OpenAI, files", { type: "file_search_call", id: "1" }, { file_search: 1 }],
    ["OpenAI, code", { type: "code_interpreter_call", id: "1" }, { code_execution: 1 }],
    ["Gemini", { webSearchQueries: ["a", "b"] }, { web_search: 2 }],
    ["a number in place of a name", { type: "server_tool_use", id: "1", name: 7 }, undefined],
    ["a part that throws", throwing("type"), undefined],
  ])("%s", ([, part, runs]) => {
    expect(ran(part)).toEqual(runs);
  });

  test("a run that two places show counts once, and one without an id each time", () => {
    const call = { type: "web_search_call", id: "ws_1" };

    expect(
      ran(call, { ...call }, { type: "server_tool_call", id: "ws_1", name: "web_search" }),
    ).toEqual({ web_search: 1 });
    expect(ran({ type: "web_search_call" }, { type: "web_search_call" })).toEqual({
      web_search: 2,
    });
  });

  test("AI SDK tells in the result that a page was opened", () => {
    const call = {
      type: "tool-call",
      toolName: "web_search",
      toolCallId: "1",
      providerExecuted: true,
    };
    const result = {
      type: "tool-result",
      toolCallId: "1",
      result: { action: { type: "openPage" } },
    };

    expect(ran(call, result, { ...call, toolCallId: "2" })).toEqual({ web_search: 1 });
  });

  test("the usage is believed before the parts, which show searches that failed", () => {
    const parts = [
      { type: "server_tool_use", id: "1", name: "web_search" },
      { type: "server_tool_use", id: "2", name: "web_search" },
    ];
    expect(usageOf([{ server_tool_use: { web_search_requests: 1 } }], [], parts)).toEqual({
      providerTools: { web_search: 1 },
    });
    // a stream tells its figures before it searches
    expect(usageOf([{ server_tool_use: { web_search_requests: 0 } }], [], parts)).toEqual({
      providerTools: { web_search: 2 },
    });
  });
});

describe("several places", () => {
  test("the first that knows input or output tells both", () => {
    expect(
      usageOf([undefined, {}, { inputTokens: 100 }, { prompt_tokens: 7, completion_tokens: 7 }]),
    ).toEqual({ inputTokens: 100 });
  });

  test("a later place tells the price, and what went through the cache", () => {
    const raw = {
      cost: 0.25,
      prompt_tokens_details: { cached_tokens: 50, cache_write_tokens: 10 },
    };

    expect(usageOf([bare, raw])).toEqual({ ...written, usd: 0.25 });
  });

  test("the first answer that names model or tier is believed", () => {
    const names = [{ model: "" }, { model_name: "m-2025" }, { model: "m", service_tier: "flex" }];

    expect(usageOf([bare], names)).toEqual({ ...bare, model: "m-2025", serviceTier: "flex" });
  });
});

describe("hostile figures", () => {
  test.for<[name: string, usage: object, bad: readonly string[]]>([
    ["text", { input_tokens: "many", output_tokens: "20" }, ["inputTokens", "outputTokens"]],
    ["not a number", { prompt_tokens: Number.NaN, completion_tokens: 20 }, ["inputTokens"]],
    ["negative", { inputTokens: 100, outputTokens: -3 }, ["outputTokens"]],
    [
      "negative, beside a total",
      { inputTokens: 1, outputTokens: -3, totalTokens: 9 },
      ["outputTokens"],
    ],
    ["infinite", { promptTokenCount: Infinity, candidatesTokenCount: 20 }, ["inputTokens"]],
    ["sums too large", { input_tokens: 1e308, cache_read_input_tokens: 1e308 }, ["inputTokens"]],
    ["an endless price", { ...bare, cost: "Infinity" }, ["usd"]],
    ["a function", { inputTokens: () => 100, outputTokens: 20 }, ["inputTokens"]],
    ["an object", { inputTokens: {}, outputTokens: 20 }, []],
    [
      "malformed searches",
      { ...bare, providerTools: { web_search: -1, file_search: 1 } },
      ["providerTools.web_search"],
    ],
    ["a price that is no number", { ...bare, cost: "free", marketCost: Number.NaN }, []],
  ])("%s: the breaker reports what it leaves out", async ([, usage, bad]) => {
    const breaker = createBreaker();
    const told: string[] = [];
    breaker.on("bad-usage", ({ field }) => told.push(field));
    const lane = breaker.agent("a");

    const [{ token }] = await lane.admit([{ kind: "model", model: "m" }]);
    await lane.settle(token, { status: "success", usage: usageOf([usage])! });

    expect(told).toEqual(bad);
  });

  test.for(["input_tokens", "input_token_details", "cost", "total_tokens"])(
    "reading %s throws: it says nothing",
    (field) => {
      expect(usageOf([throwing(field)], [throwing("model")])).toBeUndefined();
      expect(usageOf([throwing(field), bare])).toEqual(bare);
    },
  );

  /** Objects whose names are those of the table, and whose values are anything. */
  const paths = [
    ...[...Object.values(tokenFields), ...Object.values(providerToolFields)].flatMap((rows) =>
      rows.flatMap((row) => row.split(" + ")),
    ),
    ...costFields.map(({ path, upstream = path }) => upstream),
    ...Object.values(nameFields).flat(),
  ];
  const value = fc.oneof(fc.double(), fc.nat(), fc.string(), fc.anything());
  const named = fc
    .array(fc.tuple(fc.constantFrom(...paths), value), { maxLength: 12 })
    .map((told) => {
      const usage: Record<string, unknown> = {};
      for (const [path, figure] of told) {
        const [name = "", inner] = path.split(".");
        usage[name] = inner === undefined ? figure : { ...Object(usage[name]), [inner]: figure };
      }
      return usage;
    });

  const texts = ["model", "serviceTier"];
  const numbers = [...Object.keys(tokenFields), "usd"];

  test("whatever is given, what comes back is a usage or nothing", () => {
    const place = fc.oneof({ weight: 3, arbitrary: named }, fc.jsonValue(), fc.anything());
    fc.assert(
      fc.property(fc.array(place), fc.array(place), (figures, names) => {
        const { providerTools: runs = {}, ...usage } = usageOf(figures, names, figures) ?? {
          model: "m",
        };
        for (const [tool, times] of Object.entries(runs)) {
          expect(providerTools).toContain(tool);
          expect(typeof times).toBe("number");
        }
        for (const [field, told] of Object.entries(usage)) {
          expect(typeof told === "number" ? numbers : texts).toContain(field);
          expect(["number", "string"]).toContain(typeof told);
        }
      }),
    );
  });
});
