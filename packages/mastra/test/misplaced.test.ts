// Guards in wrong places, and runs that guard must not change.
import { createBreaker, createRegistry, findCircuitOpen, type Registry } from "@guard/core";
import { Mastra } from "@mastra/core";
import { Agent, type AgentConfig } from "@mastra/core/agent";
import { createStep, createWorkflow } from "@mastra/core/workflows";
import { createTool } from "@mastra/core/tools";
import { ending } from "guard-test-support";
import { use } from "guard-test-support/ai-sdk";
import { describe, expect, expectTypeOf, test, vi } from "vitest";
import { z } from "zod";
import { guardAgent, guardStep, guardWorkflow, throwIfTripped } from "../src/index.ts";
import { agentOf, modelOf } from "./support/agents.ts";

const loop = () => [use()];
const strict = (): Registry => createRegistry({ preset: "strict" });

test("without an async context, a guarded call throws an error that says so, and asks no model", async () => {
  const context = { getStore: () => undefined, run: <T>(_: unknown, body: () => T) => body() };
  const { agent, prompts } = agentOf(() => "done");
  guardAgent(agent, createRegistry({ ports: { context } }));
  await expect(agent.generate("Find the port.")).rejects.toThrow(/^ports\.context: expected/);
  expect(prompts).toEqual([]);
});

test("an agent that guardAgent gets twice counts once", async () => {
  const { agent, prompts } = agentOf(loop);
  const breaker = createBreaker({ preset: "strict" });
  guardAgent(guardAgent(agent, breaker), breaker);
  await ending(() => agent.generate("Find the port."));
  expect([prompts.length, breaker.spending.modelCalls]).toEqual([3, 3]);
});

test("guard guards a model that prepareStep returns", async () => {
  const { agent, ran } = agentOf(() => "");
  const other = modelOf(loop);
  const prepareStep = async () => ({ model: other.model }) as never;
  const breaker = createBreaker({ preset: "strict" });
  const call = async () => guardAgent(agent, breaker).generate("Find it.", { prepareStep });
  const { error } = await ending(call);
  expect(findCircuitOpen(error)?.reason).toBe("loop");
  expect([other.prompts.length, ran.length, breaker.spending.modelCalls]).toEqual([3, 2, 3]);
});

test("guard does not guard a model that a processor returns, says so, and still guards the tools", async () => {
  vi.spyOn(console, "warn").mockImplementation(() => {});
  const other = modelOf((turn) => (turn <= 9 ? [use()] : "gave up"));
  const swap = { id: "swap", processInputStep: () => ({ model: other.model }) as never };
  const { agent, ran } = agentOf(() => "", { inputProcessors: [swap] });
  const registry = strict();
  const told: string[] = [];
  registry.on("unguarded", ({ type }) => void told.push(type));
  const call = async () => guardAgent(agent, registry).generate("Find it.", { maxSteps: 20 });
  const { error } = await ending(call);
  expect(findCircuitOpen(error)?.reason).toBe("loop");
  expect(told).toEqual(["unguarded"]);
  expect([other.prompts.length, ran.length]).toEqual([3, 2]);
});

test.for([true, false])(
  "two calls at once on one breaker are an event, unless shared: %s",
  async (shared) => {
    vi.spyOn(console, "warn").mockImplementation(() => {});
    const breaker = createBreaker({ shared });
    const told: string[] = [];
    breaker.on("shared-run", ({ type }) => void told.push(type));
    const { agent } = agentOf(() => "done");
    guardAgent(agent, breaker);
    await Promise.all([agent.generate("Find the port."), agent.generate("Find the host.")]);
    expect(told).toEqual(shared ? [] : ["shared-run"]);
  },
);

test("calls one after the other may use one breaker, and share its budget", async () => {
  const breaker = createBreaker({ budget: { modelCalls: 3 } });
  const told: string[] = [];
  breaker.on("shared-run", ({ type }) => void told.push(type));
  const { agent, prompts } = agentOf(() => "done");
  guardAgent(agent, breaker);
  for (const _ of [1, 2, 3]) await agent.generate("Find the port.");
  const { error } = await ending(async () => agent.generate("Find the port."));
  expect([findCircuitOpen(error)?.code, prompts.length, told]).toEqual([
    "GUARD_BUDGET_EXCEEDED",
    3,
    [],
  ]);
});

test("an agent that new Mastra already has is guarded, too", async () => {
  const { agent, prompts } = agentOf(loop);
  const mastra = new Mastra({ agents: { agent }, logger: false });
  guardAgent(agent, strict());
  const call = async () => mastra.getAgent("agent").generate("Find it.", { maxSteps: 20 });
  const { error } = await ending(call);
  expect(findCircuitOpen(error)?.reason).toBe("loop");
  expect(prompts.length).toBe(3);
});

test("guard also guards the copy that Mastra makes for a stored version of an agent", async () => {
  const { agent, prompts } = agentOf(loop);
  // oxlint-disable-next-line no-underscore-dangle -- Mastra's own name
  const copy = guardAgent(agent, strict()).__fork();
  const { error } = await ending(() => copy.generate("Find it.", { maxSteps: 20 }));
  expect(findCircuitOpen(error)?.reason).toBe("loop");
  expect(prompts.length).toBe(3);
});

test("a sub-agent of a guarded agent runs unguarded when you call it alone", async () => {
  const helper = agentOf((turn) => (turn <= 8 ? [use()] : "gave up"), {}, "helper");
  const parent = agentOf(() => "done", { agents: { helper: helper.agent } });
  await guardAgent(parent.agent, strict()).generate("Find the port.");
  const { text } = await helper.agent.generate("Find the port.", { maxSteps: 20 });
  expect([text, helper.ran.length]).toEqual(["gave up", 8]);
});

test("calls with wrong arguments, and calls of missing tools, are a loop", async () => {
  for (const asked of [
    { name: "use", args: { nothing: 1 } },
    { name: "no_such_tool", args: { q: "a" } },
  ]) {
    const { agent, prompts, ran } = agentOf(() => [asked]);
    const call = async () => guardAgent(agent, strict()).generate("Find it.", { maxSteps: 20 });
    const { error } = await ending(call);
    expect(findCircuitOpen(error)?.finding.tool).toBe(asked.name);
    expect([prompts.length, ran.length]).toEqual([3, 0]);
  }
});

test("fifty crews at once over one registry share nothing", async () => {
  const registry = createRegistry({ budget: { modelCalls: 6 } });
  const crews = await Promise.all(
    Array.from({ length: 50 }, async () => {
      const helper = agentOf((turn) => [use(`${turn}`)], {}, "helper");
      const parent = agentOf(() => [{ name: "agent-helper", args: { prompt: "Go." } }], {
        agents: { helper: helper.agent },
      });
      const call = async () => guardAgent(parent.agent, registry).generate("Find it.");
      const { error } = await ending(call);
      const calls = parent.prompts.length + helper.prompts.length;
      return `${findCircuitOpen(error)?.code}, ${calls} calls`;
    }),
  );
  expect(new Set(crews)).toEqual(new Set(["GUARD_BUDGET_EXCEEDED, 6 calls"]));
});

describe("guard returns what it was given, with the same type", () => {
  const tools = {
    search: createTool({
      id: "search",
      description: "Searches.",
      inputSchema: z.object({ q: z.string() }),
      outputSchema: z.object({ hits: z.number() }),
      execute: async ({ q }) => ({ hits: q.length }),
    }),
  };
  const schema = z.object({ n: z.number() });

  test("an agent, with its tools", () => {
    const config = {
      id: "typed",
      name: "Typed",
      instructions: "",
      model: "openai/gpt-5-mini",
    } as const;
    const agent = new Agent({ ...config, tools });
    const guarded = guardAgent(agent, strict());
    expect(guarded).toBe(agent);
    expectTypeOf(guarded).toEqualTypeOf<typeof agent>();
    expectTypeOf(guarded).toExtend<Agent<"typed", typeof tools>>();
    expectTypeOf<AgentConfig["agents"]>().not.toBeNever();
  });

  test("a step and a workflow, with their schemas", () => {
    const step = createStep({
      id: "step",
      inputSchema: schema,
      outputSchema: schema,
      execute: async ({ inputData }) => inputData,
    });
    expectTypeOf(guardStep(step, strict())).toEqualTypeOf<typeof step>();
    const workflow = createWorkflow({ id: "w", inputSchema: schema, outputSchema: schema })
      .then(step)
      .commit();
    const guarded = guardWorkflow(workflow, strict());
    expect(guarded).toBe(workflow);
    expectTypeOf(guarded).toEqualTypeOf<typeof workflow>();
  });

  test("a result", async () => {
    const { agent } = agentOf(() => "done");
    const result = await agent.generate("Find the port.");
    const same = throwIfTripped(result);
    expect(same).toBe(result);
    expectTypeOf(same).toEqualTypeOf<typeof result>();
  });
});
