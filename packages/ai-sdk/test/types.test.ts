// Guarded things keep their types. `tsc` reads this file with AI SDK 5, 6 and 7.
import { createOpenAI } from "@ai-sdk/openai";
import { createRegistry, OptionsError } from "@guard/core";
import {
  dynamicTool,
  Experimental_Agent as Agent,
  generateText,
  stepCountIs,
  tool,
  wrapLanguageModel,
  type ToolSet,
} from "ai";
import { expect, expectTypeOf, test } from "vitest";
import { z } from "zod";
import { guardAI } from "../src/index.ts";

const guard = guardAI(createRegistry());
const openai = createOpenAI({ apiKey: "none" });
const chat = openai.chat("gpt-5-mini");

const plain = {
  search: tool({
    inputSchema: z.object({ q: z.string() }),
    execute: async ({ q }) => ({ found: q.length }),
  }),
  client: tool({ inputSchema: z.object({ at: z.string() }), outputSchema: z.string() }),
  dynamic: dynamicTool({ inputSchema: z.unknown(), execute: async () => "done" }),
};

test("tools keep their names, inputs and outputs", () => {
  const tools = guard.tools(plain);
  expectTypeOf(tools).toEqualTypeOf(plain);
  const anyTools: ToolSet = {};
  expectTypeOf(guard.tools(anyTools)).toEqualTypeOf<ToolSet>();

  const read = async () => {
    const { toolResults } = await generateText({
      model: guard.model(chat),
      tools,
      stopWhen: [stepCountIs(5), guard.stopWhen],
      abortSignal: guard.signal,
      prompt: "Find the port.",
    });
    for (const result of toolResults) {
      if (result.dynamic || result.toolName !== "search") continue;
      expectTypeOf(result.input).toEqualTypeOf<{ q: string }>();
      expectTypeOf(result.output).toEqualTypeOf<{ found: number }>();
    }
  };
  expect(read).toBeTypeOf("function");
});

test("models, providers and wrapped models", () => {
  expectTypeOf(guard.model(chat)).toEqualTypeOf(chat);
  const embedding = openai.embedding("text-embedding-3-small");
  expectTypeOf(guard.model(embedding)).toEqualTypeOf(embedding);
  const image = openai.image("gpt-image-1");
  expectTypeOf(guard.model(image)).toEqualTypeOf(image);
  expectTypeOf(guard.provider(openai)).toEqualTypeOf(openai);

  const wrapped = wrapLanguageModel({ model: chat, middleware: [guard.middleware] });
  expect(wrapped.modelId).toBe("gpt-5-mini");
  // @ts-expect-error a name is no model
  expect(() => guard.model("openai/gpt-5-mini")).toThrow("AI_SDK_DEFAULT_PROVIDER");
});

test("agents, and the result of a run", () => {
  const agent = new Agent({ model: chat, tools: plain });
  const guarded = guard.agent(agent, "researcher");
  expectTypeOf(guarded).toEqualTypeOf(agent);

  const run = () => guard.run(() => guarded.generate({ prompt: "Find the port." }));
  expectTypeOf(run).returns.toEqualTypeOf<ReturnType<typeof agent.generate>>();
  // @ts-expect-error a tool is no agent
  expect(() => guard.agent(plain.search)).toThrow(OptionsError);
});

test("a mistake is a type error at the argument that is wrong", () => {
  const registry = createRegistry();
  const mistakes = () => {
    // @ts-expect-error options in place of a registry
    guardAI({ budget: { usd: 1 } });
    // @ts-expect-error an option that does not exist
    guardAI(registry, { agnt: "researcher" });
    // @ts-expect-error a provider in place of a model
    guard.model(openai);
    // @ts-expect-error an array in place of tools by name
    guard.tools([plain.search]);
    // @ts-expect-error the settings of an agent
    guard.agent({ model: chat, tools: plain });
    // @ts-expect-error a class in place of an agent
    guard.agent(Agent);
    // @ts-expect-error a promise in place of a function
    guard.run(Promise.resolve("8080"));
    // @ts-expect-error a condition that is called in place of passed
    guard.stopWhen();
  };
  expect(mistakes).toThrow(OptionsError);
});
