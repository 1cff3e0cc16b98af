// Ceilings hold model calls, tool calls, tokens and money. The call that reaches one is allowed, the next
// is not.
import { BudgetExceededError, createBreaker, type Ceilings, type ModelUsage } from "@guard/core";
import { InMemoryCache } from "@langchain/core/caches";
import { fakeModel } from "@langchain/core/testing";
import { describe, expect, test } from "vitest";
import { ending } from "guard-test-support";
import { quietHandlerErrors } from "guard-test-support/quiet";
import { scriptedModel, use, usagePerAnswer } from "guard-test-support/langchain";
import { GuardCallbackHandler } from "../src/index.ts";
import { guarded } from "./support/guarded.ts";
import {
  createAgentInvoke,
  createAgentStream,
  executorInvoke,
  executorStream,
  toolNodeInvoke,
  type Runner,
} from "./support/runners.ts";
import { useTool } from "./support/tools.ts";

/** Honest work that never ends. */
const busyModel = () => scriptedModel((turn) => [use(`file ${turn}`)]);

const runners: readonly (readonly [string, Runner])[] = [
  ["createAgent, invoke", createAgentInvoke],
  ["createAgent, stream", createAgentStream],
  ["AgentExecutor, invoke", executorInvoke],
  ["AgentExecutor, stream", executorStream],
  ["StateGraph + ToolNode", toolNodeInvoke],
];

interface Case {
  readonly budget: Ceilings;
  readonly models: number;
  readonly bodies: number;
  readonly ceiling: keyof Ceilings;
}

// Every answer costs 120 tokens and 0.25 USD.
const cases: readonly Case[] = [
  { budget: { modelCalls: 3 }, models: 3, bodies: 3, ceiling: "modelCalls" },
  { budget: { modelCalls: 0 }, models: 0, bodies: 0, ceiling: "modelCalls" },
  { budget: { toolCalls: 2 }, models: 3, bodies: 2, ceiling: "toolCalls" },
  { budget: { toolCalls: 0 }, models: 1, bodies: 0, ceiling: "toolCalls" },
  // the third answer reaches it, and what it asks for is refused
  { budget: { tokens: 360 }, models: 3, bodies: 2, ceiling: "tokens" },
  { budget: { tokens: 240 }, models: 2, bodies: 1, ceiling: "tokens" },
  { budget: { usd: 0.5 }, models: 2, bodies: 1, ceiling: "usd" },
  { budget: { usd: 0.75 }, models: 3, bodies: 2, ceiling: "usd" },
];
const price = () => 0.25;

quietHandlerErrors();

describe.each(runners)("%s", (_name, run) => {
  test.for(cases)("$budget: $models model calls, $bodies bodies", async (expected) => {
    const { budget, models, bodies, ceiling } = expected;
    const { handler } = guarded({ budget, price });
    const model = busyModel();
    const used = useTool();

    const { stop } = await ending(() => run({ model, tools: [used.tool], callbacks: [handler] }));

    expect(stop).toMatchObject({
      code: "GUARD_BUDGET_EXCEEDED",
      reason: "budget",
      finding: { ceiling, limit: budget[ceiling] },
      report: { used: { modelCalls: models, toolCalls: bodies, tokens: models * 120 } },
    });
    expect(BudgetExceededError.isInstance(stop)).toBe(true);
    expect([model.callCount, used.ran.length]).toEqual([models, bodies]);
  });

  test("the next run starts with a full budget", async () => {
    const { handler } = guarded({ budget: { modelCalls: 3 } });
    const { tool } = useTool();
    const [first, second] = [busyModel(), busyModel()];

    await ending(() => run({ model: first, tools: [tool], callbacks: [handler] }));
    const next = await ending(() => run({ model: second, tools: [tool], callbacks: [handler] }));

    expect(next.stop?.code).toBe("GUARD_BUDGET_EXCEEDED");
    expect([first.callCount, second.callCount]).toEqual([3, 3]);
  });
});

test("a batch that would pass the ceiling of tool calls does not run at all", async () => {
  const { handler } = guarded({ budget: { toolCalls: 2 } });
  const used = useTool();
  const model = scriptedModel(() => [use("a"), use("b"), use("c")]);

  const { stop } = await ending(() =>
    createAgentInvoke({ model, tools: [used.tool], callbacks: [handler] }),
  );

  expect(stop?.finding).toMatchObject({ ceiling: "toolCalls", tool: "use" });
  expect([model.callCount, used.ran.length]).toEqual([1, 0]);
});

test("a price is told the tokens of each answer", async () => {
  const priced: ModelUsage[] = [];
  const { handler } = guarded({
    budget: { modelCalls: 2 },
    price: (usage) => {
      priced.push(usage);
      return 0.25;
    },
  });

  const { stop } = await ending(() =>
    createAgentInvoke({ model: busyModel(), tools: [useTool().tool], callbacks: [handler] }),
  );

  const { input_tokens: inputTokens, output_tokens: outputTokens } = usagePerAnswer;
  expect(priced).toMatchObject([
    { inputTokens, outputTokens },
    { inputTokens, outputTokens },
  ]);
  expect(stop?.report.used.usd).toBe(0.5);
});

test("a tool with a declared price is booked", async () => {
  const { handler } = guarded({ budget: { usd: 1 }, price: () => 0, tools: { use: { usd: 0.5 } } });
  const used = useTool();

  const { stop } = await ending(() =>
    createAgentInvoke({ model: busyModel(), tools: [used.tool], callbacks: [handler] }),
  );

  expect(stop?.finding.ceiling).toBe("usd");
  expect(used.ran).toHaveLength(2);
});

test("answers from LangChain's cache are counted, and not billed", async () => {
  const breaker = createBreaker({ price: ({ inputTokens }) => inputTokens * 0.0025 });
  const callbacks = [new GuardCallbackHandler(breaker)];
  const model = scriptedModel(() => "It is 8080.");
  model.cache = new InMemoryCache();

  await model.invoke("Find the port.", { callbacks });
  await model.invoke("Find the port.", { callbacks });

  expect(model.callCount).toBe(1);
  expect(breaker.spending).toEqual({
    modelCalls: 2,
    toolCalls: 0,
    delegations: 0,
    tokens: 120,
    usd: 0.25,
  });
});

test("a model that says nothing about its usage is counted without tokens", async () => {
  const { handler } = guarded({ budget: { modelCalls: 1 } });
  const model = fakeModel();
  model.respondWithTools([{ name: "use", args: { q: "a" } }]);

  const { stop } = await ending(() =>
    createAgentInvoke({ model, tools: [useTool().tool], callbacks: [handler] }),
  );

  expect(stop?.report.used).toMatchObject({ modelCalls: 1, tokens: 0 });
});
