// What money needs: what a call has used, whatever shape its model says it in, and what it is about to.
import { createBreaker, type Call, type Usage } from "@guard/core";
import { runsOf } from "@guard/core/adapter";
import { InMemoryCache } from "@langchain/core/caches";
import { HumanMessage } from "@langchain/core/messages";
import { RunnableLambda } from "@langchain/core/runnables";
import { FakeListChatModel, FakeLLM } from "@langchain/core/utils/testing";
import { ChatOpenAI, OpenAI } from "@langchain/openai";
import { createAgent } from "langchain";
import { describe, expect, onTestFinished, test } from "vitest";
import { ending, readAll } from "guard-test-support";
import { quietHandlerErrors } from "guard-test-support/quiet";
import { scriptedModel } from "guard-test-support/langchain";
import { GuardCallbackHandler } from "../src/index.ts";
import { toModelCall } from "../src/to-call.ts";
import { toUsage } from "../src/to-usage.ts";
import { startCompletionsServer } from "./support/completions-server.ts";
import { overhear } from "./support/guarded.ts";
import { question } from "./support/runners.ts";
import { StreamingModel } from "./support/streaming-model.ts";
import { useTool } from "./support/tools.ts";

quietHandlerErrors();

const bare = { inputTokens: 100, outputTokens: 20 };
const plain = { input_tokens: 100, output_tokens: 20, total_tokens: 120 };

interface Shape {
  readonly name: string;
  readonly output: unknown;
  readonly usage: Usage | undefined;
}

/** The result of a chat model that says something in its one message. */
const message = (fields: object) => ({ generations: [[{ text: "", message: fields }]] });
const standard = (details: object, tokens: object = plain) =>
  message({ usage_metadata: { ...tokens, input_token_details: details } });
const raw = (usage: object) => message({ response_metadata: { usage } });
const routed = (usage: object) => message({ usage_metadata: plain, response_metadata: { usage } });

const shapes: readonly Shape[] = [
  { name: "tokens", output: message({ usage_metadata: plain }), usage: bare },
  {
    name: "tokens of a cache",
    output: standard({ cache_read: 50, cache_creation: 10, audio: 1 }),
    usage: { ...bare, cachedInputTokens: 50, cacheWriteTokens: 10 },
  },
  {
    name: "tokens written to a cache by how long they stay there",
    output: standard({ ephemeral_5m_input_tokens: 4, ephemeral_1h_input_tokens: 6 }),
    usage: { ...bare, cacheWriteTokens: 10, cacheWrite1hTokens: 6 },
  },
  {
    name: "the same, beside a sum of them",
    output: standard({ cache_creation: 10, ephemeral_5m_input_tokens: 10 }),
    usage: { ...bare, cacheWriteTokens: 10 },
  },
  {
    name: "the same, beside a sum that is 0",
    output: standard({ cache_creation: 0, ephemeral_1h_input_tokens: 10 }),
    usage: { ...bare, cacheWriteTokens: 10, cacheWrite1hTokens: 10 },
  },
  {
    name: "cached tokens left out of the input",
    output: standard({ cache_read: 90, cache_creation: 8 }, { input_tokens: 2, output_tokens: 20 }),
    usage: { ...bare, cachedInputTokens: 90, cacheWriteTokens: 8 },
  },
  {
    name: "Gemini's thoughts, which stand in the total alone",
    output: message({
      usage_metadata: { input_tokens: 100, output_tokens: 5, total_tokens: 120 },
    }),
    usage: bare,
  },
  {
    name: "older clients of Bedrock: the provider's words alone know of the cache",
    output: message({
      usage_metadata: { input_tokens: 70, output_tokens: 20, total_tokens: 120 },
      response_metadata: { usage: { inputTokens: 70, outputTokens: 20, cacheReadInputTokens: 30 } },
    }),
    usage: { ...bare, cachedInputTokens: 30 },
  },
  {
    name: "the same, streamed",
    output: message({
      usage_metadata: { input_tokens: 70, output_tokens: 20, total_tokens: 120 },
      response_metadata: {
        metadata: { usage: { inputTokens: 70, outputTokens: 20, cacheReadInputTokens: 30 } },
      },
    }),
    usage: { ...bare, cachedInputTokens: 30 },
  },
  {
    name: "details that are undefined",
    output: standard({ audio: undefined, cache_read: undefined }),
    usage: bare,
  },
  {
    name: "usage_metadata with nothing in it: what llmOutput says",
    output: {
      ...message({ usage_metadata: { input_token_details: {} } }),
      llmOutput: { tokenUsage: { promptTokens: 100, completionTokens: 20, totalTokens: 120 } },
    },
    usage: bare,
  },
  {
    name: "the provider's words, OpenAI's",
    output: raw({
      prompt_tokens: 100,
      completion_tokens: 20,
      prompt_tokens_details: { cached_tokens: 50, cache_write_tokens: 10 },
    }),
    usage: { ...bare, cachedInputTokens: 50, cacheWriteTokens: 10 },
  },
  {
    name: "the provider's words, Anthropic's, which leave the cached tokens out of the input",
    output: raw({
      input_tokens: 40,
      output_tokens: 20,
      cache_read_input_tokens: 50,
      cache_creation_input_tokens: 10,
    }),
    usage: { ...bare, cachedInputTokens: 50, cacheWriteTokens: 10 },
  },
  {
    name: "response_metadata.tokenUsage",
    output: message({
      response_metadata: { tokenUsage: { promptTokens: 100, completionTokens: 20 } },
    }),
    usage: bare,
  },
  {
    name: "a completed text",
    output: {
      generations: [[{ text: "It is 8080." }]],
      llmOutput: { tokenUsage: { promptTokens: 100, completionTokens: 20, totalTokens: 120 } },
    },
    usage: bare,
  },
  {
    name: "a completed text of another prompt in the batch, whose tokens the first has told",
    output: { generations: [[{ text: "It is 8080." }]], llmOutput: { tokenUsage: {} } },
    usage: undefined,
  },
  {
    name: "llmOutput.usage",
    output: { generations: [[{ text: "" }]], llmOutput: { usage: plain } },
    usage: bare,
  },
  {
    name: "what LangChain only estimates",
    output: {
      ...message({ usage_metadata: {} }),
      llmOutput: { estimatedTokenUsage: { promptTokens: 7, completionTokens: 7 } },
    },
    usage: undefined,
  },
  {
    name: "several choices: each tells the whole call",
    output: {
      generations: [
        [{ message: { usage_metadata: plain } }, { message: { usage_metadata: plain } }],
      ],
    },
    usage: bare,
  },
  {
    name: "several choices, of which only a later one tells",
    output: { generations: [[{ message: {} }, { message: { usage_metadata: plain } }]] },
    usage: bare,
  },
  {
    name: "the model that answered",
    output: message({ usage_metadata: plain, response_metadata: { model_name: "m-2025" } }),
    usage: { ...bare, model: "m-2025" },
  },
  {
    name: "the model that answered, as Anthropic's messages say it",
    output: message({ usage_metadata: plain, additional_kwargs: { model: "m-2025" } }),
    usage: { ...bare, model: "m-2025" },
  },
  {
    name: "the model that answered, whose name LangChain has joined from the parts of a stream",
    output: {
      generations: [
        [
          {
            generationInfo: { model_name: "m-2025" },
            message: { usage_metadata: plain, response_metadata: { model_name: "m-2025m-2025" } },
          },
        ],
      ],
    },
    usage: { ...bare, model: "m-2025" },
  },
  {
    name: "tokens written to a cache, which only the provider's words know of",
    output: routed({ prompt_tokens: 200, prompt_tokens_details: { cache_write_tokens: 20 } }),
    usage: { ...bare, cacheWriteTokens: 10 },
  },
  {
    name: "the raw response, where one is asked for",
    output: message({
      additional_kwargs: {
        __raw_response: { usage: { prompt_tokens: 100, completion_tokens: 20, cost: 0.25 } },
      },
    }),
    usage: { ...bare, usd: 0.25 },
  },
  {
    name: "OpenRouter's cost",
    output: routed({ prompt_tokens: 100, cost: 0.0015 }),
    usage: { ...bare, usd: 0.0015 },
  },
  {
    name: "OpenRouter's cost, which LangChain has added up over two parts of a stream",
    output: routed({ prompt_tokens: 200, cost: 0.003 }),
    usage: { ...bare, usd: 0.0015 },
  },
  {
    name: "OpenRouter with a key of one's own: a fee, and the upstream's bill",
    output: routed({ cost: 0.05, cost_details: { upstream_inference_cost: 1 } }),
    usage: { ...bare, usd: 1.05 },
  },
  { name: "a cost of 0, which is no price", output: routed({ cost: 0 }), usage: bare },
  {
    name: "xAI, which counts in ticks",
    output: routed({ cost_in_usd_ticks: 37_756_000 }),
    usage: { ...bare, usd: 0.0037756 },
  },
  {
    name: "figures that are none: left to core, which leaves them out and says so",
    output: message({ usage_metadata: { input_tokens: "many", output_tokens: -3 } }),
    usage: { inputTokens: Number.NaN, outputTokens: -3 },
  },
  {
    name: "a message that throws when it is read",
    output: {
      generations: [
        [
          {
            get message(): object {
              throw new Error("hands off");
            },
          },
        ],
      ],
    },
    usage: undefined,
  },
  { name: "no choices", output: { generations: [] }, usage: undefined },
  { name: "nothing", output: undefined, usage: undefined },
];

describe("usage", () => {
  test.for(shapes)("$name", ({ output, usage }) => {
    expect(toUsage(output)).toEqual(usage);
  });
});

/** A breaker, its handler, and what they say to each other. */
function overheard() {
  const breaker = createBreaker();
  const said = overhear(breaker);
  return { breaker, callbacks: [new GuardCallbackHandler(breaker)], ...said };
}

/** What is sent to a model, as the call that is asked for says. */
function sentIn(call: Call | undefined): unknown {
  const prompt = call?.kind === "model" ? call.prompt : undefined;
  return typeof prompt === "function" ? prompt() : prompt;
}

describe("models of LangChain's own", () => {
  test("several choices of a call are paid once", async () => {
    const { breaker, callbacks } = overheard();
    const model = scriptedModel(() => "It is 8080.");

    await model.generate([[new HumanMessage("One.")], [new HumanMessage("Two.")]], { callbacks });

    expect(breaker.spending).toMatchObject({ modelCalls: 2, tokens: 240 });
  });

  test("a model that completes texts and says nothing of its usage", async () => {
    const { callbacks, asked, told } = overheard();

    await new FakeLLM({ response: "It is 8080." }).invoke("Find the port.", { callbacks });

    expect(asked).toMatchObject([{ kind: "model", prompt: ["Find the port."] }]);
    expect(told).toEqual([{ status: "success" }]);
  });

  test("a chat model that says nothing of its usage, streaming", async () => {
    const { callbacks, told } = overheard();

    await readAll(new FakeListChatModel({ responses: ["Hi."] }).stream("Hello.", { callbacks }));

    expect(told).toEqual([{ status: "success" }]);
  });

  test("an answer from the cache costs nothing, and guard books no estimate", async () => {
    const { callbacks, told } = overheard();
    const model = scriptedModel(() => "It is 8080.");
    model.cache = new InMemoryCache();

    for (const _ of [1, 2]) await model.invoke("Find the port.", { callbacks });

    expect(told).toEqual([
      { status: "success", usage: bare },
      { status: "success", usage: { outputTokens: 0, usd: 0 } },
    ]);
  });
});

const served = {
  id: "gen-1",
  object: "chat.completion",
  created: 1,
  model: "openai/gpt-5-mini-2025",
  system_fingerprint: "fp_1", // without one, older clients don't pass the provider's words on
};
const usage = {
  prompt_tokens: 100,
  completion_tokens: 20,
  total_tokens: 120,
  cost: 0.25,
  cost_details: { upstream_inference_cost: 0.25 },
  prompt_tokens_details: { cached_tokens: 50, cache_write_tokens: 10, audio_tokens: 0 },
  completion_tokens_details: { reasoning_tokens: 5 },
};
const whole = {
  ...served,
  usage,
  choices: [
    { index: 0, finish_reason: "stop", message: { role: "assistant", content: "It is 8080." } },
  ],
};
const part = (delta: object, finish_reason: string | null = null) => ({
  ...served,
  object: "chat.completion.chunk",
  choices: [{ index: 0, delta, finish_reason }],
});
const text = part({ role: "assistant", content: "It is 8080." });
const end = part({}, "stop");
/** OpenAI's streams end in a part without choices, OpenRouter's in one with an empty choice. */
const streams = {
  "OpenAI's": [text, end, { ...end, choices: [], usage }],
  "OpenRouter's": [text, end, { ...part({ role: "assistant", content: "" }), usage }],
};

/** A client of a server that answers with `whole`, or with `parts` one by one. */
async function setUp(parts: readonly object[] = [], fields: object = {}) {
  const server = await startCompletionsServer(whole, parts);
  onTestFinished(server.stop);
  const model = new ChatOpenAI({
    model: "openai/gpt-5-mini",
    apiKey: "none",
    maxRetries: 0,
    configuration: { baseURL: server.url },
    ...fields,
  });
  return { server, model, ...overheard() };
}

describe("ChatOpenAI over HTTP", () => {
  const reported: Usage = {
    ...bare,
    cachedInputTokens: 50,
    cacheWriteTokens: 10,
    usd: 0.25,
    model: "openai/gpt-5-mini-2025",
  };

  test("invoke", async () => {
    const { model, callbacks, told, breaker } = await setUp();

    await model.invoke("Find the port.", { callbacks });

    expect(told).toEqual([{ status: "success", usage: reported }]);
    expect(breaker.spending).toMatchObject({ tokens: 120, usd: 0.25 });
  });

  test.for(Object.entries(streams))("a stream like %s", async ([, parts]) => {
    const { model, callbacks, told } = await setUp(parts);

    await readAll(model.stream("Find the port.", { callbacks }));

    expect(told).toEqual([{ status: "success", usage: reported }]);
  });

  test("a stream without usage: the model that answered is all that is known", async () => {
    const { model, callbacks, told, server } = await setUp([text, end], { streamUsage: false });

    await readAll(model.stream("Find the port.", { callbacks }));

    expect(server.requests[0]).not.toHaveProperty("stream_options");
    expect(told).toEqual([{ status: "success", usage: { model: reported.model } }]);
  });

  test("says what is sent, and how much may come back", async () => {
    const { model, callbacks, asked, server } = await setUp([], {
      maxTokens: 300,
      n: 2,
      service_tier: "flex",
    });
    const agent = createAgent({ model, tools: [useTool().tool] });

    await agent.invoke(question, { callbacks });

    expect(asked).toMatchObject([
      {
        kind: "model",
        model: "openai/gpt-5-mini",
        provider: "openai",
        maxOutputTokens: 600,
        serviceTier: "flex",
      },
    ]);
    expect(sentIn(asked[0])).toMatchObject([
      { role: "human", content: "Find the port." },
      { type: "function", function: { name: "use" } },
    ]);
    expect(server.requests[0]).toMatchObject({ n: 2, service_tier: "flex" });
  });

  test("OpenAI's completions of a text", async () => {
    const server = await startCompletionsServer(
      { ...served, choices: [{ index: 0, text: "8080", finish_reason: "stop" }], usage },
      [],
    );
    onTestFinished(server.stop);
    const { callbacks, told, asked } = overheard();
    const configuration = { baseURL: server.url };
    const model = new OpenAI({ model: "davinci-002", apiKey: "none", configuration, maxTokens: 9 });

    await model.invoke("Find the port.", { callbacks });

    expect(asked).toMatchObject([{ maxOutputTokens: 9 }]);
    expect(sentIn(asked[0])).toEqual(["Find the port."]);
    expect(told).toEqual([{ status: "success", usage: bare }]);
  });
});

describe("the call that is asked for", () => {
  test.for([
    { max_tokens: 300 },
    { max_completion_tokens: 300 },
    { max_output_tokens: 300 },
    { maxOutputTokens: 300 },
    { max_tokens_to_sample: 300 },
    { generationConfig: { maxOutputTokens: 300 } },
    { inferenceConfig: { maxTokens: 300 } },
    { options: { num_predict: 300 } },
    { max_tokens: 150, n: 2 },
    { max_tokens: -1, maxTokens: 300 },
  ])("may bring 300 tokens: %j", (parameters) => {
    const call = toModelCall("1", ["Hi."], {}, { invocation_params: parameters });
    expect(call.maxOutputTokens).toBe(300);
  });

  test("says which tools the provider may run, so that their fees are held", () => {
    const client = new ChatOpenAI({ model: "gpt-5-mini", apiKey: "none" });
    const own = { type: "function", function: { name: "file_search", parameters: {} } } as const;
    const parameters = client.invocationParams({ tools: [{ type: "web_search" }, own] });
    const call = toModelCall("1", ["Hi."], {}, { invocation_params: parameters });
    expect(call.providerTools).toEqual({ web_search: 1 });
  });

  test("is remembered without what is sent", async () => {
    const run = runsOf(createBreaker()).run("1");

    await run.agent().request(toModelCall("1", ["Find the port."]), undefined, "1");

    expect(run.asked.take("1")?.call).toEqual({ kind: "model", id: "1" });
  });

  test.for([{}, { max_tokens: undefined }, { max_tokens: -1 }, { max_tokens: "300" }])(
    "may bring any number of tokens: %j",
    (parameters) => {
      const call = toModelCall("1", ["Hi."], {}, { invocation_params: parameters });
      expect(call).toEqual({ kind: "model", id: "1", prompt: ["Hi."] });
    },
  );
});

describe("ends that LangChain does not report", () => {
  const reported = { inputTokens: 100, outputTokens: 1 };
  const begun = { status: "ignored", usage: reported, streamed: "It " };

  test("a stream that breaks off", async () => {
    const { callbacks, told } = overheard();

    const { error } = await ending(() =>
      readAll(new StreamingModel(2).stream("Find the port.", { callbacks })),
    );

    expect(error).toHaveProperty("message", "connection lost");
    expect(told).toEqual([{ ...begun, streamed: "It is " }]);
  });

  test("the same, with a handler that is registered twice", async () => {
    const { callbacks, told } = overheard();
    const twice = [...callbacks, ...callbacks];

    await ending(() => readAll(new StreamingModel(2).stream("Find it.", { callbacks: twice })));

    expect(told).toEqual([{ ...begun, streamed: "It is " }]);
  });

  test("a stream that fails before its first part", async () => {
    const { callbacks, told } = overheard();

    await ending(() => readAll(new StreamingModel(0).stream("Find it.", { callbacks })));

    expect(told).toMatchObject([{ status: "failure" }]);
    expect(told[0]).not.toHaveProperty("usage");
  });

  test("an agent's stream that is aborted: LangChain says so after the run's end", async () => {
    const { callbacks, told } = overheard();
    const agent = createAgent({ model: new StreamingModel(), tools: [] });
    const abort = new AbortController();

    await ending(async () => {
      const { signal } = abort;
      const stream = await agent.stream(question, { callbacks, signal, streamMode: "messages" });
      for await (const _ of stream) abort.abort();
    });
    await expect.poll(() => told).toEqual([begun]);
  });

  test("an agent's stream that is aborted before its first part", async () => {
    const { callbacks, told } = overheard();
    const model = new StreamingModel();
    const agent = createAgent({ model, tools: [] });
    const abort = new AbortController();
    void model.begun.then(() => abort.abort());

    await ending(() => {
      const { signal } = abort;
      return readAll(agent.stream(question, { callbacks, signal, streamMode: "messages" }));
    });

    await expect.poll(() => told.map(({ status }) => status)).toEqual(["ignored"]);
  });

  test("a run that is aborted while its model answers: the answer comes after its end", async () => {
    const { callbacks, told } = overheard();
    const model = new StreamingModel();
    const agent = createAgent({ model, tools: [] });
    const abort = new AbortController();

    const run = ending(() => agent.invoke(question, { callbacks, signal: abort.signal }));
    await model.begun;
    abort.abort();
    const { result } = await run;

    expect(result).toBeUndefined();
    await expect.poll(() => told).toEqual([{ status: "success", usage: bare }]);
  });

  // LangChain tells of no end then: what was reserved stays reserved until it expires.
  test("a reader that leaves a model's stream is told nowhere", async () => {
    const { callbacks, ...said } = overheard();
    const model = new StreamingModel();

    for await (const _ of await model.stream("Find the port.", { callbacks })) break;
    const node = RunnableLambda.from(async (input: string) => {
      for await (const _ of await model.stream(input)) break;
      return input;
    });
    await node.invoke("Find the port.", { callbacks });

    expect([said.asked.length, said.told]).toEqual([2, []]);
  });
});
