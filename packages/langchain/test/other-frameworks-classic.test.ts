// A classic executor, in a process that has not loaded LangGraph: nothing but guard sets LangChain's async context up there.
import { createRegistry } from "@guard/core";
import { runsOf } from "@guard/core/adapter";
import { AgentExecutor, createToolCallingAgent } from "@langchain/classic/agents";
import { ChatPromptTemplate } from "@langchain/core/prompts";
import { tool } from "@langchain/core/tools";
import { ending } from "guard-test-support";
import { scriptedModel } from "guard-test-support/langchain";
import { quietHandlerErrors } from "guard-test-support/quiet";
import { expect, test } from "vitest";
import { z } from "zod";
import { GuardCallbackHandler } from "../src/index.ts";

quietHandlerErrors();

test("an agent of another framework inside its tool has one budget with it, and is stopped with it", async () => {
  const registry = createRegistry({ budget: { modelCalls: 5 } });
  let asked = 0;
  const ask = async (): Promise<string> => {
    const run = runsOf(registry).run(crypto.randomUUID());
    for (;;) {
      const { key, refused } = await run.agent("writer").request({ kind: "model" });
      if (refused !== undefined) throw refused;
      asked += 1;
      await run.agent("writer").answered(key, { calls: [], text: `Draft ${asked}.` });
    }
  };
  const work = tool(ask, {
    name: "work",
    description: "Writes.",
    schema: z.object({ q: z.string() }),
  });
  const model = scriptedModel((turn) => [{ name: "work", args: { q: `part ${turn}` } }]);
  const prompt = ChatPromptTemplate.fromMessages([
    ["human", "{input}"],
    ["placeholder", "{agent_scratchpad}"],
  ]);
  const tools = [work];
  const executor = new AgentExecutor({
    agent: createToolCallingAgent({ llm: model, tools, prompt }),
    tools,
  });
  const callbacks = [new GuardCallbackHandler(registry)];
  const { stop } = await ending(() => executor.invoke({ input: "Write." }, { callbacks }));
  expect(stop?.code).toBe("GUARD_BUDGET_EXCEEDED");
  expect([model.callCount, asked]).toEqual([1, 4]);
});
