// Models behind a middleware, of a provider, by their names, and models that embed, draw, hear or speak.
import { createBreaker, createRegistry, type Breaker } from "@guard/core";
import { createOpenAI } from "@ai-sdk/openai";
import * as ai from "ai";
import { customProvider, embed, embedMany, generateText, isStepCount, wrapLanguageModel } from "ai";
import { ending } from "guard-test-support";
import { scriptedModel, use, type Script } from "guard-test-support/ai-sdk";
import { afterEach, describe, expect, test } from "vitest";
import { guardAI } from "../src/index.ts";
import { prompt, useTool, watchRejections } from "./support/guarded.ts";
import { is5 } from "./support/versions.ts";

watchRejections();

const loops: Script = () => [use()];

const globals = globalThis as { AI_SDK_DEFAULT_PROVIDER?: unknown };
afterEach(() => {
  delete globals.AI_SDK_DEFAULT_PROVIDER;
});

describe("a model that loops is stopped", () => {
  test("behind guard.middleware, and notes reach the model", async () => {
    const guard = guardAI(createBreaker());
    const { model, prompts } = scriptedModel(loops);
    const { ran, tools } = useTool();
    const wrapped = wrapLanguageModel({ model, middleware: [guard.middleware] });

    const { stop } = await ending(() =>
      generateText({
        model: wrapped,
        tools: guard.tools(tools),
        stopWhen: isStepCount(40),
        prompt,
      }),
    );

    expect([stop?.reason, prompts.length, ran.length]).toEqual(["loop", 6, 3]);
    expect(JSON.stringify(prompts.at(-1))).toContain("Note: ");
  });

  test.for(["middleware", "model"] as const)("streamed, behind guard.%s", async (kind) => {
    const guard = guardAI(createBreaker({ preset: "strict" }));
    const { model, prompts } = scriptedModel(loops);
    const own =
      kind === "model"
        ? guard.model(model)
        : wrapLanguageModel({ model, middleware: guard.middleware });
    const told: unknown[] = [];

    const result = ai.streamText({
      model: own,
      tools: guard.tools(useTool().tools),
      stopWhen: isStepCount(40),
      prompt,
      onError: ({ error }) => void told.push(error),
    });
    await result.consumeStream({ onError: () => {} });

    expect([told.length, prompts.length]).toEqual([1, 3]);
  });

  test("named, with a guarded default provider", async () => {
    const guard = guardAI(createRegistry({ preset: "strict" }));
    const { model, prompts } = scriptedModel(loops);
    const provider = customProvider({ languageModels: { "some/model": model } });
    globals.AI_SDK_DEFAULT_PROVIDER = guard.provider(provider);

    const { stop } = await ending(() =>
      generateText({
        model: "some/model",
        tools: guard.tools(useTool().tools),
        stopWhen: isStepCount(40),
        prompt,
      }),
    );

    expect([stop?.reason, prompts.length]).toEqual(["loop", 3]);
  });

  test("named in an agent's settings", async () => {
    const guard = guardAI(createRegistry({ preset: "strict" }));
    const { model, prompts } = scriptedModel(loops);
    globals.AI_SDK_DEFAULT_PROVIDER = customProvider({ languageModels: { "some/model": model } });
    const { tools } = useTool();
    const agent = guard.agent(
      new ai.ToolLoopAgent({ model: "some/model", tools, stopWhen: isStepCount(20) }),
    );

    const { stop } = await ending(() => agent.generate({ prompt }));

    expect([stop?.reason, prompts.length]).toEqual(["loop", 3]);
  });
});

test("a named model without a default provider: guard says what to write", () => {
  const guard = guardAI(createRegistry());
  const agent = new ai.ToolLoopAgent({ model: "some/model" });
  expect(() => guard.agent(agent)).toThrow("AI_SDK_DEFAULT_PROVIDER = guard.provider(");
});

test("a guarded provider guards all its models, and leaves its tools as they are", () => {
  const guard = guardAI(createRegistry());
  const openai = createOpenAI({ apiKey: "none" });
  const made = guard.provider(openai);

  for (const model of [made("gpt-5-mini"), made.chat("gpt-5-mini"), made.languageModel("gpt-5")]) {
    expect(guard.model(model)).toBe(model);
  }
  expect(made.tools).toBe(openai.tools);
  expect(guard.provider(made)).toBe(made);
});

/** A client of OpenAI over a server that embeds, draws, hears and speaks. */
function client() {
  let calls = 0;
  const fetch = async (url: unknown) => {
    calls += 1;
    const isImage = String(url).includes("images");
    const usage = isImage
      ? { input_tokens: 10, output_tokens: 20, total_tokens: 30 }
      : { prompt_tokens: 7, total_tokens: 7 };
    if (String(url).includes("speech")) return new Response(new Uint8Array([73, 68, 51, 4]));
    const data = [{ embedding: [1, 2], index: 0, b64_json: "iVBORw0KGgo=" }];
    const said = { text: "The port.", segments: [], language: "english", duration: 1 };
    return Response.json({ object: "list", model: "m", created: 1, data, usage, ...said });
  };
  return { openai: createOpenAI({ apiKey: "none", fetch }), calls: () => calls };
}

const drawing = ai as unknown as { generateImage?: Draw; experimental_generateImage?: Draw };
type Draw = (options: { readonly model: unknown; readonly prompt: string }) => Promise<unknown>;
const draw = (drawing.generateImage ?? drawing.experimental_generateImage)!;

const spoken = ai as unknown as Record<string, ((options: object) => Promise<unknown>) | undefined>;
const transcribe = (spoken["transcribe"] ?? spoken["experimental_transcribe"])!;
const speak = (spoken["generateSpeech"] ?? spoken["experimental_generateSpeech"])!;

const kinds = {
  embed: (guard, openai) =>
    embed({ model: guard.model(openai.embedding("text-embedding-3-small")), value: "port" }),
  embedMany: (guard, openai) =>
    embedMany({ model: guard.model(openai.embedding("text-embedding-3-small")), values: ["port"] }),
  generateImage: (guard, openai) =>
    draw({ model: guard.model(openai.image("gpt-image-1")), prompt: "A port." }),
  transcribe: (guard, openai) =>
    transcribe({
      model: guard.model(openai.transcription("whisper-1")),
      audio: new Uint8Array([73, 68, 51, 4]),
    }),
  generateSpeech: (guard, openai) =>
    speak({ model: guard.provider(openai).speech("tts-1"), text: "The port." }),
  "a provider's embedding model": (guard, openai) =>
    embed({ model: guard.provider(openai).embedding("text-embedding-3-small"), value: "port" }),
} satisfies Record<
  string,
  (guard: ReturnType<typeof guardAI>, openai: ReturnType<typeof createOpenAI>) => Promise<unknown>
>;

describe.for(Object.keys(kinds) as (keyof typeof kinds)[])("%s", (kind) => {
  const asked = async (breaker: Breaker, times: number) => {
    const { openai, calls } = client();
    const guard = guardAI(breaker);
    const { stop, error } = await ending(async () => {
      for (let time = 0; time < times; time += 1) await kinds[kind](guard, openai);
    });
    return { calls: calls(), stop, error };
  };

  test("costs what it reports, and guard refuses it when the budget is spent", async () => {
    const breaker = createBreaker({ budget: { modelCalls: 2 } });
    const { calls, stop } = await asked(breaker, 3);
    expect([calls, stop?.code]).toEqual([2, "GUARD_BUDGET_EXCEEDED"]);
    expect(breaker.spending.modelCalls).toBe(2);
    // Image models of AI SDK 5 report no usage, nor do models for speech.
    const isTold = !["transcribe", "generateSpeech", ...(is5 ? ["generateImage"] : [])].includes(
      kind,
    );
    expect(breaker.spending.tokens).toBeGreaterThanOrEqual(isTold ? 14 : 0);
  });

  test("with a registry, each call is a run, which ends", async () => {
    const registry = createRegistry({ budget: { modelCalls: 1 } });
    const ended: string[] = [];
    registry.on("run-ended", ({ run }) => void ended.push(run));
    const guard = guardAI(registry);
    const { openai, calls } = client();
    for (let time = 0; time < 3; time += 1) await kinds[kind](guard, openai);
    expect([calls(), new Set(ended).size]).toEqual([3, 3]);
  });

  test("a failure counts as a call, and rejects", async () => {
    const breaker = createBreaker();
    const guard = guardAI(breaker);
    const openai = createOpenAI({
      apiKey: "none",
      fetch: async () => Response.json({ error: { message: "no", type: "x" } }, { status: 400 }),
    });
    const { error, stop } = await ending(() => kinds[kind](guard, openai));
    expect([error instanceof Error, stop]).toEqual([true, undefined]);
    expect(breaker.snapshot().state["pending"]).toEqual([]);
  });
});
