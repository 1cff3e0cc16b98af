// The usage of a call, in every shape in which models report it, and the estimate before the call.
import { createOpenAI } from "@ai-sdk/openai";
import { createBreaker, type Usage } from "@guard/core";
import { generateText, streamText } from "ai";
import { convertArrayToReadableStream, MockLanguageModelV3, MockLanguageModelV4 } from "ai/test";
import { describe, expect, test } from "vitest";
import { ending } from "guard-test-support";
import { guardAI } from "../src/index.ts";
import { toUsage } from "../src/to-usage.ts";
import { overhear, prompt, useTool, watchRejections } from "./support/guarded.ts";
import { is5, testIf } from "./support/versions.ts";
import { scriptedModel, use } from "guard-test-support/ai-sdk";

watchRejections();

const detailed = (cacheRead?: number, cacheWrite?: number) => ({
  inputTokens: { total: 100, noCache: 40, cacheRead, cacheWrite },
  outputTokens: { total: 20, text: 5, reasoning: 15 },
});
const bare = { inputTokens: 100, outputTokens: 20 };
const throwing = {
  get total(): number {
    throw new Error("hands off");
  },
};

interface Shape {
  readonly name: string;
  readonly answer: Record<string, unknown>;
  readonly usage: Usage | undefined;
}

const shapes: readonly Shape[] = [
  {
    name: "V3 and V4",
    answer: { usage: detailed(50, 10) },
    usage: { ...bare, cachedInputTokens: 50, cacheWriteTokens: 10 },
  },
  { name: "nothing known of caches", answer: { usage: detailed() }, usage: bare },
  {
    name: "parts without a total",
    answer: {
      usage: {
        inputTokens: { total: undefined, noCache: 40, cacheRead: 60, cacheWrite: undefined },
        outputTokens: { total: undefined, text: 5, reasoning: 15 },
      },
    },
    usage: { ...bare, cachedInputTokens: 60 },
  },
  {
    name: "every figure undefined",
    answer: { usage: { inputTokens: { total: undefined }, outputTokens: { total: undefined } } },
    usage: undefined,
  },
  { name: "no usage", answer: {}, usage: undefined },
  { name: "null", answer: { usage: null }, usage: undefined },
  {
    name: "V2",
    answer: { usage: { ...bare, totalTokens: 120, reasoningTokens: 15, cachedInputTokens: 50 } },
    usage: { ...bare, cachedInputTokens: 50 },
  },
  {
    name: "V2 of Gemini, whose output leaves out its thoughts",
    answer: { usage: { inputTokens: 100, outputTokens: 5, totalTokens: 120, reasoningTokens: 15 } },
    usage: bare,
  },
  {
    name: "V2 of Anthropic, whose number leaves the cached tokens out",
    answer: {
      usage: { inputTokens: 40, outputTokens: 20, cachedInputTokens: 50 },
      providerMetadata: { anthropic: { cacheCreationInputTokens: 10 } },
    },
    usage: { ...bare, cachedInputTokens: 50, cacheWriteTokens: 10 },
  },
  {
    name: "V2 of Bedrock",
    answer: {
      usage: { inputTokens: 40, outputTokens: 20, cachedInputTokens: 50 },
      providerMetadata: { bedrock: { usage: { cacheWriteInputTokens: 10 } } },
    },
    usage: { ...bare, cachedInputTokens: 50, cacheWriteTokens: 10 },
  },
  {
    name: "the model that answered",
    answer: { usage: bare, response: { modelId: "gpt-5-mini-2025-08-07" } },
    usage: { ...bare, model: "gpt-5-mini-2025-08-07" },
  },
  {
    name: "OpenRouter's cost, as its provider tells it",
    answer: { usage: bare, providerMetadata: { openrouter: { usage: { cost: 0.0015 } } } },
    usage: { ...bare, usd: 0.0015 },
  },
  {
    name: "OpenRouter's cost, as other clients pass it on",
    answer: {
      usage: {
        ...bare,
        raw: { cost: 0.0015, cost_details: { upstream_inference_cost: 0.0015 } },
      },
    },
    usage: { ...bare, usd: 0.0015 },
  },
  {
    name: "OpenRouter with a key of one's own: a fee, and the upstream's bill",
    answer: {
      usage: bare,
      providerMetadata: {
        openrouter: { usage: { cost: 0.05, costDetails: { upstreamInferenceCost: 1 } } },
      },
    },
    usage: { ...bare, usd: 1.05 },
  },
  {
    name: "a cost of 0, which is no price",
    answer: { usage: bare, providerMetadata: { openrouter: { usage: { cost: 0 } } } },
    usage: bare,
  },
  {
    name: "Vercel's gateway, which writes its cost as text",
    answer: { usage: bare, providerMetadata: { gateway: { cost: "0.0045", marketCost: "0.005" } } },
    usage: { ...bare, usd: 0.0045 },
  },
  {
    name: "Vercel's gateway with a key of one's own",
    answer: { usage: bare, providerMetadata: { gateway: { cost: "0", marketCost: "0.005" } } },
    usage: { ...bare, usd: 0.005 },
  },
  {
    name: "xAI, which counts in ticks",
    answer: { usage: bare, providerMetadata: { xai: { costInUsdTicks: 37_756_000 } } },
    usage: { ...bare, usd: 0.0037756 },
  },
  {
    name: "figures that are none: left to core, which leaves them out and says so",
    answer: { usage: { inputTokens: "many", outputTokens: { total: -3 } } },
    usage: { inputTokens: Number.NaN, outputTokens: -3 },
  },
  {
    name: "a figure that throws when it is read",
    answer: { usage: { inputTokens: throwing, outputTokens: 20 } },
    usage: { outputTokens: 20 },
  },
  {
    name: "a cost that is no number",
    answer: { usage: bare, providerMetadata: { gateway: { cost: "free", marketCost: null } } },
    usage: bare,
  },
];

describe("usage", () => {
  test.for(shapes)("$name", ({ answer, usage }) => {
    const { response, ...finish } = answer;
    const model = (response as { modelId: string } | undefined)?.modelId;

    expect(toUsage(answer)).toEqual(usage);
    // a stream says the same in its parts
    expect(toUsage({ type: "finish", ...finish }, model)).toEqual(usage);
  });

  test("of a model that reports nonsense: the run goes on, and an event names what guard left out", async () => {
    const { model } = scriptedModel(() => "It is 8080.");
    const answer = await model.doGenerate({ prompt: [] });
    const usage = {
      inputTokens: { ...detailed().inputTokens, total: Number.NaN },
      outputTokens: throwing,
    };
    const hostile = new MockLanguageModelV4({
      doGenerate: { ...answer, usage: usage as unknown as typeof answer.usage },
    });
    const breaker = createBreaker();
    const bad: unknown[] = [];
    breaker.on("bad-usage", ({ field }) => bad.push(field));

    const { content } = await guardAI(breaker).model(hostile).doGenerate({ prompt: [] });

    expect(content).toEqual(answer.content);
    expect(bad).toEqual(["inputTokens"]);
  });
});

const parts = {
  begin: { type: "stream-start", warnings: [] },
  served: { type: "response-metadata", id: "1", modelId: "served-1" },
  open: { type: "text-start", id: "1" },
  text: { type: "text-delta", id: "1", delta: "It is" },
  close: { type: "text-end", id: "1" },
  finish: {
    type: "finish",
    finishReason: { unified: "stop", raw: undefined },
    usage: detailed(50),
    providerMetadata: { openrouter: { usage: { cost: 0.25 } } },
  },
} as const;

type Streamed = Awaited<ReturnType<MockLanguageModelV4["doStream"]>>["stream"];
const streaming = (stream: ReadableStream<unknown>) =>
  new MockLanguageModelV4({ doStream: async () => ({ stream: stream as Streamed }) });

const reported: Usage = {
  inputTokens: 100,
  cachedInputTokens: 50,
  outputTokens: 20,
  usd: 0.25,
  model: "served-1",
};

/** What a search has brought, which the provider ran. */
const found = (toolCallId: string, type: string) => ({
  type: "tool-result",
  toolCallId,
  toolName: "web_search",
  result: { action: { type } },
});

describe("usage from generateText and streamText", () => {
  const { begin, served, open, text, close, finish } = parts;
  const { type: _, ...said } = finish;
  const generated = {
    ...said,
    content: [{ type: "text" as const, text: "It is" }],
    response: { modelId: "served-1" },
    warnings: [],
  };

  test.for([
    ["a V4 model", new MockLanguageModelV4({ doGenerate: async () => generated })],
    ["a V3 model", new MockLanguageModelV3({ doGenerate: async () => generated })],
  ] as const)("generateText, %s", async ([, model]) => {
    const breaker = createBreaker();
    const { told } = overhear(breaker);

    await generateText({ model: guardAI(breaker).model(model), prompt });

    expect(told).toEqual([{ status: "success", result: "It is", usage: reported }]);
    expect(breaker.spending).toMatchObject({ tokens: 120, usd: 0.25 });
  });

  test("streamText", async () => {
    const model = streaming(
      convertArrayToReadableStream([begin, served, open, text, close, finish]),
    );
    const breaker = createBreaker();
    const { told } = overhear(breaker);

    await streamText({ model: guardAI(breaker).model(model), prompt }).text;

    expect(told).toEqual([{ status: "success", result: "It is", usage: reported }]);
  });

  test("guard counts the searches of a provider in a stream, and not the pages that it opened", async () => {
    const search = {
      type: "tool-call",
      toolName: "web_search",
      input: "{}",
      providerExecuted: true,
    };
    const model = streaming(
      convertArrayToReadableStream([
        begin,
        { ...search, toolCallId: "1" },
        found("1", "search"),
        { ...search, toolCallId: "2" },
        found("2", "openPage"),
        { ...finish, providerMetadata: {} },
      ]),
    );
    const breaker = createBreaker();
    const { told } = overhear(breaker);

    await streamText({ model: guardAI(breaker).model(model), prompt }).text;

    expect(told.map(({ usage }) => usage?.providerTools)).toEqual([{ web_search: 1 }]);
  });

  test("a stream that reports no usage", async () => {
    const silent = {
      ...finish,
      usage: { inputTokens: {}, outputTokens: {} },
      providerMetadata: {},
    };
    const model = streaming(convertArrayToReadableStream([begin, open, text, close, silent]));
    const breaker = createBreaker();
    const { told } = overhear(breaker);

    await streamText({ model: guardAI(breaker).model(model), prompt }).text;

    expect(told).toEqual([{ status: "success", result: "It is" }]);
  });
});

/** The AI SDK's own client, which gets `body` as the answer to its request. */
function answeredBy(body: string, type: string) {
  const breaker = createBreaker();
  const { told } = overhear(breaker);
  const fetch = async () => new Response(body, { headers: { "content-type": type } });
  const model = createOpenAI({ apiKey: "none", fetch }).chat("gpt-5-mini");
  return { told, model: guardAI(breaker).model(model) };
}

describe("the AI SDK's own client of OpenAI, at an address of OpenRouter's kind", () => {
  const served = { id: "gen-1", created: 1, model: "served-1" };
  const usage = {
    prompt_tokens: 100,
    completion_tokens: 20,
    total_tokens: 120,
    prompt_tokens_details: { cached_tokens: 50 },
    cost: 0.25,
  };
  const whole = {
    ...served,
    choices: [{ index: 0, finish_reason: "stop", message: { role: "assistant", content: "Hi." } }],
    usage,
  };
  const stream = [
    { ...served, choices: [{ index: 0, delta: { role: "assistant", content: "Hi." } }] },
    { ...served, choices: [{ index: 0, delta: {}, finish_reason: "stop" }] },
    { ...served, choices: [], usage },
  ].map((part) => `data: ${JSON.stringify(part)}\n\n`);
  const { usd: _, ...withoutCost } = reported;

  test("generateText", async () => {
    const { model, told } = answeredBy(JSON.stringify(whole), "application/json");

    await generateText({ model, prompt });

    expect(told).toEqual([{ status: "success", result: "Hi.", usage: reported }]);
  });

  test("streamText: this client leaves out the cost", async () => {
    const { model, told } = answeredBy(
      [...stream, "data: [DONE]\n\n"].join(""),
      "text/event-stream",
    );

    await streamText({ model, prompt }).text;

    expect(told).toEqual([{ status: "success", result: "Hi.", usage: withoutCost }]);
  });
});

describe("calls without an end", () => {
  const { begin, served, open, text } = parts;
  const begun = [begin, served, open, text];
  const seen = [{ status: "ignored", streamed: "It is", usage: { model: "served-1" } }];

  /** A stream that says what has begun, and then nothing, or an error; like a provider's it ends when aborted. */
  function unfinished(error?: Error) {
    const waiting: unknown[] = [...begun];
    const model = new MockLanguageModelV4({
      doStream: async ({ abortSignal }) => {
        const stream = new ReadableStream({
          start(controller) {
            abortSignal?.addEventListener("abort", () => controller.error(abortSignal.reason));
          },
          pull(controller) {
            if (waiting.length > 0) controller.enqueue(waiting.shift());
            else if (error !== undefined) controller.error(error);
          },
        });
        return { stream: stream as Streamed };
      },
    });
    const breaker = createBreaker();
    const overheard = overhear(breaker);
    return { model: guardAI(breaker).model(model), ...overheard };
  }

  test("a reader that leaves", async () => {
    const { model, told } = unfinished();

    const reader = (await model.doStream({ prompt: [] })).stream.getReader();
    for (const _ of begun) await reader.read();
    await reader.cancel();

    expect(told).toEqual(seen);
  });

  test("a run that is aborted", async () => {
    const { model, told } = unfinished();
    const abort = new AbortController();

    await ending(async () => {
      const { textStream } = streamText({ model, prompt, abortSignal: abort.signal });
      for await (const _ of textStream) abort.abort();
    });

    expect(told).toEqual(seen);
  });

  test("a connection that is lost", async () => {
    const { model, told } = unfinished(new Error("connection lost"));

    await streamText({ model, prompt, onError: () => {} }).consumeStream({ onError: () => {} });

    expect(told).toEqual(seen);
  });

  test.for([
    ["a call that fails", new Error("429"), "failure"],
    ["a call that is aborted", new DOMException("enough", "AbortError"), "ignored"],
  ] as const)("%s", async ([, error, status]) => {
    const fail = async () => {
      throw error;
    };
    const model = new MockLanguageModelV4({ doGenerate: fail, doStream: fail });
    const breaker = createBreaker();
    const { told } = overhear(breaker);
    const guarded = guardAI(breaker).model(model);

    await ending(() => guarded.doGenerate({ prompt: [] }));
    await ending(() => guarded.doStream({ prompt: [] }));

    expect(told.map((outcome) => [outcome.status, outcome.usage])).toEqual([
      [status, undefined],
      [status, undefined],
    ]);
  });

  test("a stream without a reader keeps its reservation", async () => {
    const { model, told } = unfinished();

    await model.doStream({ prompt: [] });

    expect(told).toEqual([]);
  });
});

describe("the call that guard judges", () => {
  test("has the prompt, and the limit of the answer", async () => {
    const { model, prompts } = scriptedModel(() => "It is 8080.");
    const breaker = createBreaker();
    const { asked } = overhear(breaker);

    await generateText({
      model: guardAI(breaker).model(model),
      prompt,
      maxOutputTokens: 300,
      providerOptions: { openai: { serviceTier: "flex" } },
    });

    expect(asked).toEqual([
      {
        kind: "model",
        model: "mock-model-id",
        provider: "mock-provider",
        prompt: prompts[0],
        maxOutputTokens: 300,
        serviceTier: "flex",
      },
    ]);
    expect(asked[0]).toHaveProperty("prompt", prompts[0]);
  });

  // Its first client for AI SDK 5 sends no tool of the provider to a model of another provider.
  testIf(!is5)(
    "names the tools that the provider may run, so that guard holds their fees",
    async () => {
      const { model } = scriptedModel(() => "It is 8080.");
      const breaker = createBreaker();
      const { asked } = overhear(breaker);
      const look = createOpenAI({ apiKey: "none" }).tools.webSearch();

      await generateText({ model: guardAI(breaker).model(model), tools: { look }, prompt });

      expect(asked).toMatchObject([{ providerTools: { web_search: 1 } }]);
    },
  );

  test("has the request and its tools, and nothing else", async () => {
    const { model, prompts } = scriptedModel(() => "It is 8080.");
    const breaker = createBreaker();
    const { asked } = overhear(breaker);
    const { tools } = useTool();

    await generateText({ model: guardAI(breaker).model(model), tools, prompt });

    expect(Object.keys(asked[0]!)).toEqual(["kind", "model", "provider", "prompt"]);
    expect(asked[0]).toMatchObject({
      prompt: { prompt: prompts[0], tools: [{ name: "use", description: "Uses it." }] },
    });
  });

  test("includes guard's notes", async () => {
    const { model, prompts } = scriptedModel((turn) => (turn > 3 ? "It is 8080." : [use()]));
    const breaker = createBreaker();
    const { asked } = overhear(breaker);
    const guard = guardAI(breaker);

    await ending(() =>
      generateText({
        model: guard.model(model),
        tools: guard.tools(useTool().tools),
        stopWhen: () => prompts.length > 3,
        prompt,
      }),
    );

    const last = asked.findLast(({ kind }) => kind === "model");
    expect(last).toMatchObject({ prompt: { prompt: prompts.at(-1) } });
    expect(JSON.stringify(last)).toContain("Note: ");
  });
});
