// Bounds count what has ended: of what is open at once nothing is forgotten.
import { createRegistry, findCircuitOpen } from "@guard/core";
import { AIMessage } from "@langchain/core/messages";
import { Annotation, END, MessagesAnnotation, Send, START, StateGraph } from "@langchain/langgraph";
import { FakeListChatModel } from "@langchain/core/utils/testing";
import { ending } from "guard-test-support";
import { scriptedModel, use, usagePerAnswer, useTool } from "guard-test-support/langchain";
import { quietHandlerErrors, unhandled } from "guard-test-support/quiet";
import { expect, test } from "vitest";
import { GuardGraphHandler, guardToolNode } from "../src/index.ts";
import { agentGraph, question } from "./support/graphs.ts";
import { meeting } from "./support/waiting.ts";

quietHandlerErrors();

test("guard books 1,500 branches at once to the last token", async () => {
  const branches = 1_500;
  const registry = createRegistry({
    budget: { tokens: 100_000_000 },
    limits: { user: { usd: 10_000 } },
    accounts: { user: "42" },
  });
  const events: string[] = [];
  registry.on("*", ({ type }) => void events.push(type));
  const allAsk = meeting(branches);
  class Meeting extends FakeListChatModel {
    override async _generate() {
      await allAsk();
      const text = "It is 8080.";
      const message = Object.assign(new AIMessage(text), { usage_metadata: { ...usagePerAnswer } });
      return { generations: [{ text, message }] };
    }
  }
  const model = new Meeting({ responses: [] });
  const State = Annotation.Root({ ...MessagesAnnotation.spec });
  const graph = new StateGraph(State)
    .addNode("ask", async () => {
      await model.invoke("Find the port.");
      return {};
    })
    .addConditionalEdges(START, (state) =>
      Array.from({ length: branches }, () => new Send("ask", state)),
    )
    .addEdge("ask", END)
    .compile();

  await graph.invoke(question, { callbacks: [new GuardGraphHandler(registry)] });

  const [balance] = await registry.balances("user:42");
  expect(balance).toMatchObject({ modelCalls: branches, tokens: branches * 120, reservedUsd: 0 });
  expect(await registry.ledger.audit()).toMatchObject({ ok: true });
  expect([...new Set(events)]).toEqual(["unpriced", "run-ended"]);
});

test("an answer that asks for 1,010 different calls is no loop", async () => {
  const calls = 1_010;
  const source = createRegistry();
  const found: string[] = [];
  for (const type of ["warn", "block", "trip"] as const) {
    source.on(type, ({ type: told }) => void found.push(told));
  }
  const model = scriptedModel((turn) =>
    turn === 1 ? Array.from({ length: calls }, (_, index) => use(`file ${index}`)) : "Done.",
  );
  const used = useTool();

  const result = await agentGraph({ model, tools: [used.tool], source }).invoke(question);

  expect(result.messages.at(-1)?.text).toBe("Done.");
  expect([used.ran.length, found]).toEqual([calls, []]);
});

test("a graph whose nodes swallow the stop reaches its recursion limit: findCircuitOpen finds the stop", async () => {
  const source = createRegistry({ preset: "strict" });
  const model = scriptedModel(() => [use()]);
  const used = useTool();
  const graph = new StateGraph(MessagesAnnotation)
    .addNode("agent", async ({ messages }) => {
      try {
        return { messages: [await model.invoke(messages)] };
      } catch {
        return {};
      }
    })
    .addNode("tools", async (state, config) => {
      try {
        return (await guardToolNode(source, [used.tool]).invoke(state, config)) as object;
      } catch {
        return {};
      }
    })
    .addEdge(START, "agent")
    .addEdge("agent", "tools")
    .addEdge("tools", "agent")
    .compile();

  const { error } = await ending(() =>
    graph.invoke(question, { callbacks: [new GuardGraphHandler(source)], recursionLimit: 30 }),
  );

  expect([model.callCount, used.ran.length]).toEqual([3, 2]);
  expect((error as Error).name).toBe("GraphRecursionError");
  expect(findCircuitOpen(error)?.reason).toBe("loop");
  expect(unhandled).toEqual([]);
});
