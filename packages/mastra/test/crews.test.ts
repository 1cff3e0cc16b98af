// Agents of several frameworks share one breaker: they have one budget, and a trip stops all of them.
import { guardAI } from "@guard/ai-sdk";
import { createBreaker, findCircuitOpen } from "@guard/core";
import { generateText, isStepCount, tool } from "ai";
import { ending } from "guard-test-support";
import { scriptedModel, use } from "guard-test-support/ai-sdk";
import { expect, test } from "vitest";
import { z } from "zod";
import { guardAgent } from "../src/index.ts";
import { agentOf, toolOf } from "./support/agents.ts";

const execute = async ({ q }: { q: string }) => `${q} is there`;
const prompt = "Find the port.";
const ask = () => [{ name: "ask", args: { q: "the colleague" } }];

test("an agent of Mastra inside a tool of the AI SDK", async () => {
  const breaker = createBreaker({ preset: "strict" });
  const mastra = agentOf(() => [use()]);
  guardAgent(mastra.agent, breaker);
  const guard = guardAI(breaker);
  const outer = scriptedModel(ask);
  const asked = async ({ q }: { q: string }) => (await mastra.agent.generate(q)).text;
  const inputSchema = z.object({ q: z.string() });
  const tools = guard.tools({ ask: tool({ inputSchema, execute: asked }) });
  const { error } = await ending(async () =>
    generateText({ model: guard.model(outer.model), tools, prompt, stopWhen: isStepCount(20) }),
  );
  expect(findCircuitOpen(error)?.finding.tool).toBe("use");
  expect([outer.prompts.length, mastra.prompts.length, mastra.ran.length]).toEqual([1, 3, 2]);
  expect(breaker.spending.modelCalls).toBe(4);
});

test("an agent of the AI SDK inside a tool of Mastra", async () => {
  const breaker = createBreaker({ budget: { modelCalls: 5 } });
  const guard = guardAI(breaker, { agent: "inner" });
  const inner = scriptedModel((turn) => [use(`${turn}`)]);
  const tools = guard.tools({ use: tool({ inputSchema: z.object({ q: z.string() }), execute }) });
  const delegate = toolOf("ask", async ({ q }) => {
    const model = guard.model(inner.model);
    return (await generateText({ model, tools, prompt: q, stopWhen: isStepCount(20) })).text;
  });
  const { agent, prompts } = agentOf(ask, { tools: { ask: delegate } });
  const { error } = await ending(async () => guardAgent(agent, breaker).generate(prompt));
  expect(findCircuitOpen(error)?.code).toBe("GUARD_BUDGET_EXCEEDED");
  expect([prompts.length, inner.prompts.length, breaker.spending.modelCalls]).toEqual([1, 4, 5]);
});
