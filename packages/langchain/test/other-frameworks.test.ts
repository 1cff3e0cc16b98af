// Agents of other frameworks inside a tool of LangChain's. Nothing of LangChain's tells them where they run, but its
// own async context: by that they find the run around them, and have one budget with it.
import { createRegistry } from "@guard/core";
import { lastWord, runsOf } from "@guard/core/adapter";
import { tool } from "@langchain/core/tools";
import { RunnableLambda } from "@langchain/core/runnables";
import { MessagesAnnotation, START, StateGraph } from "@langchain/langgraph";
import { createAgent, type AgentMiddleware } from "langchain";
import { ending } from "guard-test-support";
import { scriptedModel } from "guard-test-support/langchain";
import { quietHandlerErrors } from "guard-test-support/quiet";
import { expect, test } from "vitest";
import { z } from "zod";
import { GuardCallbackHandler, guardMiddleware } from "../src/index.ts";

quietHandlerErrors();

let foreign = 0;

/** How often an agent of another framework has asked its model, as its adapter does. */
function otherFramework(registry: ReturnType<typeof createRegistry>) {
  let asked = 0;
  const ask = async (): Promise<string> => {
    foreign += 1;
    const run = runsOf(registry).run(`foreign ${foreign}`);
    const { key, refused } = await run.agent("writer").request({ kind: "model" });
    if (refused !== undefined) throw refused;
    asked += 1;
    await run.agent("writer").answered(key, { calls: [], text: `Draft ${asked}.` });
    await run.end();
    return `Draft ${asked}.`;
  };
  return { ask, asked: () => asked };
}

test.for([
  ["a tool", (ask: () => Promise<string>) => ask()],
  ["a chain inside a tool", (ask: () => Promise<string>) => RunnableLambda.from(ask).invoke("")],
  [
    "a graph inside a tool",
    async (ask: () => Promise<string>) => {
      const graph = new StateGraph(MessagesAnnotation)
        .addNode("node", async () => ({ messages: [{ role: "ai", content: await ask() }] }))
        .addEdge(START, "node")
        .compile();
      const { messages } = await graph.invoke({ messages: [] });
      return messages.at(-1)!.text;
    },
  ],
] as const)("an agent inside %s has one budget with the run around it", async ([, body]) => {
  const registry = createRegistry({ budget: { modelCalls: 5 } });
  const { ask, asked } = otherFramework(registry);
  const trips: string[] = [];
  registry.on("trip", ({ report }) => trips.push(report.reason));
  const work = tool(() => body(ask), {
    name: "work",
    description: "Writes.",
    schema: z.object({ q: z.string() }),
  });
  const model = scriptedModel((turn) => [{ name: "work", args: { q: `part ${turn}` } }]);
  const agent = createAgent({ model, tools: [work], name: "manager" });
  const { stop } = await ending(() =>
    agent.invoke({ messages: "Write." }, { callbacks: [new GuardCallbackHandler(registry)] }),
  );
  expect(stop?.code).toBe("GUARD_BUDGET_EXCEEDED");
  expect([model.callCount, asked()]).toEqual([3, 2]);
  expect(trips).toEqual(["budget"]);
});

test("an agent inside a tool leaves the one granted call to the agent around it", async () => {
  const registry = createRegistry({ onTrip: "wind-down", budget: { modelCalls: 1 } });
  let granted = 0;
  const last = () => ({
    call: { kind: "model" } as const,
    make: async () => void (granted += 1),
    toAnswer: () => ({ calls: [] }),
  });
  const ask = async (): Promise<string> => {
    const agent = runsOf(registry).run("foreign").agent("writer");
    const { refused } = await agent.request({ kind: "model" });
    return (await lastWord(agent, refused!, last))!.text;
  };
  const work = tool(ask, { name: "work", description: "Writes.", schema: z.object({}) });
  const model = scriptedModel((turn) =>
    turn === 1 ? [{ name: "work", args: {} }] : "Perhaps 8080.",
  );
  const middleware = [guardMiddleware(registry) as AgentMiddleware];
  const agent = createAgent({ model, tools: [work], middleware, name: "manager" });
  const config = { callbacks: [new GuardCallbackHandler(registry)] };
  const { messages } = await agent.invoke({ messages: "Write." }, config);
  expect([messages.at(-1)!.text, granted, model.callCount]).toEqual(["Perhaps 8080.", 0, 2]);
});

test("outside of all tools, and after a tool has ended, such an agent is a run of its own", async () => {
  const registry = createRegistry({ budget: { modelCalls: 2 } });
  const { ask, asked } = otherFramework(registry);
  for (let run = 0; run < 10; run += 1) await ask();
  expect(asked()).toBe(10);
});
