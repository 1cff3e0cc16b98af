// People without types read in the error what to write instead.
import { createBreaker, createRegistry, OptionsError } from "@guard/core";
import { Agent, MemorySession, OpenAIProvider, run, Runner, tool } from "@openai/agents";
import { expect, test } from "vitest";
import { z } from "zod";
import * as guard from "../src/index.ts";
import { bare, looping } from "./support/agents.ts";
import { scriptedModel } from "./support/scripted-model.ts";

/** guard as people without types see it. */
const js = guard as unknown as Record<keyof typeof guard, (...args: readonly unknown[]) => unknown>;

const registry = createRegistry();
const runner = new Runner(bare);
const agent = new Agent({ name: "assistant" });
const { model } = scriptedModel(() => "done");
const provider = new OpenAIProvider({ apiKey: "none" });
const search = tool({
  name: "search",
  description: "search",
  parameters: z.object({}),
  execute: () => "nothing",
});
const allRuns = "Write guardRunner(Runner, registry), and call run(agent, input) as before.";
const second = "is the second argument: write guardRunner(Runner, ";
const source = "source: expected a registry, a breaker or a function that gives one, received ";

test.for<readonly [string, () => unknown, string]>([
  [
    "guardRunner(registry, runner)",
    () => js.guardRunner(registry, runner),
    `runner: expected the class Runner, or a runner, received a registry. The registry ${second}registry).`,
  ],
  [
    "guardRunner(breaker, runner)",
    () => js.guardRunner(createBreaker(), runner),
    `runner: expected the class Runner, or a runner, received a breaker. The breaker ${second}breaker).`,
  ],
  [
    "guardRunner(agent, registry)",
    () => js.guardRunner(agent, registry),
    `runner: expected the class Runner, or a runner, received an agent. ${allRuns}`,
  ],
  [
    "guardRunner(Agent, registry)",
    () => js.guardRunner(Agent, registry),
    `runner: expected the class Runner, or a runner, received the class Agent. ${allRuns}`,
  ],
  [
    "guardRunner(run, registry)",
    () => js.guardRunner(run, registry),
    `runner: expected the class Runner, or a runner, received a function. ${allRuns}`,
  ],
  [
    "guardRunner(registry)",
    () => js.guardRunner(registry),
    `runner: expected the class Runner, or a runner, received a registry. The registry ${second}registry).`,
  ],
  [
    "guardRunner()",
    () => js.guardRunner(),
    "runner: expected the class Runner, or a runner, received undefined. Write guardRunner(Runner, registry).",
  ],
  ["guardRunner(Runner)", () => js.guardRunner(Runner), `${source}undefined`],
  ["options for a registry", () => js.guardRunner(Runner, { budget: {} }), `${source}an object`],
  ["a preset for a registry", () => js.guardRunner(Runner, "strict"), `${source}"strict"`],
  [
    "guardAgent(agent, registry)",
    () => js.guardAgent(agent, registry),
    `source: guardAgent takes an agent alone. ${allRuns}`,
  ],
  [
    "guardAgent(runner)",
    () => js.guardAgent(runner),
    "agent: expected an agent, received a runner. Write guardRunner(runner, registry).",
  ],
  [
    "guardAgent(settings)",
    () => js.guardAgent({ name: "assistant" }),
    'agent: expected an agent, received an object. Write guardAgent(new Agent({ name: "…" })).',
  ],
  [
    'guardModel("gpt-5")',
    () => js.guardModel("gpt-5"),
    `model: expected a model object, received "gpt-5". guard finds the models that you only name. ${allRuns}`,
  ],
  [
    "guardModel(a model of the AI SDK)",
    () => js.guardModel({ modelId: "gpt-5", doGenerate: () => {} }),
    "model: expected a model object, received a model of the AI SDK. Write guardModel(aisdk(model)).",
  ],
  [
    "guardModel(provider)",
    () => js.guardModel(provider),
    "model: expected a model object, received a model provider. Write guardModelProvider(provider).",
  ],
  [
    "guardModel(model, options)",
    () => js.guardModel(model, { name: "gpt-5" }),
    'name: expected a text that is not empty, received an object. Write guardModel(model, "gpt-5-mini").',
  ],
  [
    'guardModelProvider("openai")',
    () => js.guardModelProvider("openai"),
    `provider: expected a model provider, received "openai". guard finds the models that you only name. ${allRuns}`,
  ],
  [
    "guardModelProvider(a promise)",
    () => js.guardModelProvider(Promise.resolve(provider)),
    "provider: expected a model provider, received a promise. Write guardModelProvider(new OpenAIProvider()).",
  ],
  [
    "guardTool(a plain function)",
    () => js.guardTool(() => "nothing"),
    "tool: expected a tool, received a function. Write guardTool(tool({ name, description, parameters, execute })).",
  ],
  [
    "guardTool(tools)",
    () => js.guardTool([search]),
    "tool: expected a tool, received an array. Write tools.map(guardTool).",
  ],
  [
    "guardTool(agent)",
    () => js.guardTool(agent),
    `tool: expected a tool, received an agent. guard finds it by itself. ${allRuns}`,
  ],
  [
    "a long text may be a prompt: the error does not repeat it",
    () => js.guardTool("Search the documentation, please."),
    "tool: expected a tool, received a text. Write guardTool(tool({ name, description, parameters, execute })).",
  ],
])("%s", ([, mistake, message]) => {
  expect(mistake).toThrow(OptionsError);
  expect(mistake).toThrow(message);
});

test("lists are guarded by map", () => {
  expect([agent].map(js.guardAgent)).toEqual([agent]);
  expect([search].map(js.guardTool)).toEqual([search]);
});

test.for([
  ["no agent", undefined],
  ["a name in place of an agent", "assistant"],
] as const)("%s: the SDK says itself what is wrong with it", async ([, wrong]) => {
  class Own extends Runner {}
  const told = await new Own(bare).run(wrong as never, "Go.").catch(String);
  guard.guardRunner(Own, createRegistry());
  expect(await new Own(bare).run(wrong as never, "Go.").catch(String)).toBe(told);
});

test("guard leaves the SDK's options as they are", async () => {
  const session = new MemorySession();
  const guarded = guard.guardRunner(new Runner(bare), registry);
  const { finalOutput } = await guarded.run(looping(() => "done").agent, "Go.", { session });
  expect(finalOutput).toBe("done");
});
