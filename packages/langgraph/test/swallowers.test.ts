// A graph may swallow errors and repeat calls: a trip still comes out, and every call counts once.
import { createBreaker, createRegistry, type BreakerSource } from "@guard/core";
import type { Runnable } from "@langchain/core/runnables";
import { tool } from "@langchain/core/tools";
import {
  Command,
  END,
  interrupt,
  MemorySaver,
  MessagesAnnotation,
  START,
  StateGraph,
} from "@langchain/langgraph";
import { createReactAgent, ToolNode, toolsCondition } from "@langchain/langgraph/prebuilt";
import { describe, expect, test, vi } from "vitest";
import { z } from "zod";
import { ending, listen, readAll } from "guard-test-support";
import { quietHandlerErrors, unhandled } from "guard-test-support/quiet";
import { useTool, loopingModel, scriptedModel, use } from "guard-test-support/langchain";
import {
  guardGraph,
  GuardGraphHandler,
  guardNode,
  guardToolNode,
  routeOnTrip,
  tripNode,
  type GuardRecord,
} from "../src/index.ts";
import { agentGraph, question, State } from "./support/graphs.ts";

quietHandlerErrors();

const totals = (record: GuardRecord | undefined) =>
  record && createBreaker({ restore: record.snapshot }).spending;
const thread = { configurable: { thread_id: "thread" } };
const strictly = () => createRegistry({ preset: "strict" });

/** The ways to guard a compiled graph. */
const guards: readonly { readonly by: string; readonly guard: typeof guardGraph }[] = [
  { by: "guardGraph", guard: guardGraph },
  {
    by: "the handler",
    guard: (graph, source) => {
      const callbacks = [new GuardGraphHandler(source)];
      return (graph as unknown as Runnable).withConfig({ callbacks }) as unknown as typeof graph;
    },
  },
];

describe.each(guards)("a trip comes out, guarded by $by:", ({ guard }) => {
  test("of a node that swallows every error", async () => {
    const model = loopingModel();
    const used = useTool();
    const graph = new StateGraph(MessagesAnnotation)
      .addNode("agent", async ({ messages }) => {
        const answer = await model.invoke(messages).catch(() => undefined);
        return answer === undefined ? {} : { messages: [answer] };
      })
      .addNode("tools", new ToolNode([used.tool]))
      .addEdge(START, "agent")
      .addConditionalEdges("agent", toolsCondition)
      .addEdge("tools", "agent")
      .compile();
    const { stop } = await ending(() => guard(graph, strictly()).invoke(question));
    expect(stop?.code).toBe("GUARD_CIRCUIT_OPEN");
    expect([model.callCount, used.ran.length]).toEqual([3, 2]);
  });

  test("of such a node, by the edge after it", async () => {
    const model = loopingModel();
    const source = strictly();
    const agent = createReactAgent({ llm: model, tools: [useTool().tool] });
    const graph = new StateGraph(State)
      .addNode("worker", async (state) => agent.invoke(state).catch(() => ({})))
      .addNode("stopped", tripNode(source))
      .addEdge(START, "worker")
      .addConditionalEdges("worker", ...routeOnTrip(source, { error: "stopped", next: END }))
      .addEdge("stopped", END)
      .compile();
    const result = await guard(graph, source).invoke(question);
    expect(model.callCount).toBe(3);
    expect(result.messages.at(-1)?.text).toContain("This task was stopped");
  });

  test("of a model with a fallback: neither is asked", async () => {
    const model = loopingModel();
    const fallback = scriptedModel(() => "from the fallback");
    const both = model.withFallbacks([fallback]);
    const used = useTool();
    const graph = new StateGraph(MessagesAnnotation)
      .addNode("agent", async ({ messages }) => ({ messages: [await both.invoke(messages)] }))
      .addNode("tools", new ToolNode([used.tool]))
      .addEdge(START, "agent")
      .addConditionalEdges("agent", toolsCondition)
      .addEdge("tools", "agent")
      .compile();
    const { stop } = await ending(() => guard(graph, strictly()).invoke(question));
    expect(stop?.code).toBe("GUARD_CIRCUIT_OPEN");
    expect([model.callCount, fallback.callCount, used.ran.length]).toEqual([3, 0, 2]);
  });

  test("of a prebuilt agent", async () => {
    const model = loopingModel();
    const used = useTool();
    const graph = createReactAgent({ llm: model, tools: [used.tool] });
    const { stop } = await ending(() => guard(graph, strictly()).invoke(question));
    expect(stop?.code).toBe("GUARD_CIRCUIT_OPEN");
    expect([model.callCount, used.ran.length]).toEqual([3, 2]);
  });

  test("of an agent inside a tool: the outer one is stopped, too", async () => {
    const inner = createReactAgent({ llm: loopingModel("inner"), tools: [useTool().tool] });
    const outer = scriptedModel((turn) => [{ name: "ask", args: { q: `question ${turn}` } }]);
    const asking = useTool(async () => (await inner.invoke(question)).messages.at(-1)?.text, "ask");
    const graph = agentGraph({ model: outer, tools: [asking.tool], source: strictly() });
    const result = await graph.invoke(question);
    expect([outer.callCount, asking.ran.length]).toEqual([1, 1]);
    expect(result.messages.at(-1)?.text).toContain("This task was stopped");
  });

  test("of streamEvents", async () => {
    const model = loopingModel();
    const used = useTool();
    const graph = agentGraph({ model, tools: [used.tool], source: strictly() });
    const events = await readAll(graph.streamEvents(question, { version: "v2" }));
    expect([model.callCount, used.ran.length]).toEqual([3, 2]);
    expect(events.at(-1)?.data.output.guard.trip).toMatchObject({ reason: "loop" });
    expect(unhandled).toEqual([]);
  });
});

describe("a call counts once", () => {
  test("with a handler that is registered twice", async () => {
    const source = createBreaker();
    const handler = new GuardGraphHandler(source);
    const model = scriptedModel((turn) => (turn < 3 ? [use(`${turn}`)] : "done"));
    const graph = new StateGraph(State)
      .addNode("agent", async ({ messages }) => ({ messages: [await model.invoke(messages)] }))
      .addNode("tools", guardToolNode(source, [useTool().tool]))
      .addEdge(START, "agent")
      .addConditionalEdges("agent", toolsCondition)
      .addEdge("tools", "agent")
      .compile()
      .withConfig({ callbacks: [handler] });
    await graph.invoke(question, { callbacks: [handler] });
    expect(source.spending).toMatchObject({ modelCalls: 3, toolCalls: 2 });
  });

  const sources = [
    { kind: "a registry", make: () => createRegistry() as BreakerSource },
    { kind: "a breaker", make: () => createBreaker() as BreakerSource },
  ];
  const toolNodes = [
    { node: "guarded", make: guardToolNode },
    {
      node: "LangGraph's own",
      make: (_: BreakerSource, tools: ToolNode["tools"]) => new ToolNode(tools),
    },
  ];
  const cases = sources.flatMap(({ kind, make: source }) =>
    toolNodes.map(({ node, make: tools }) => ({ kind, node, source, tools })),
  );

  test.each(cases)(
    "that waits for a human in a tool: $kind, $node tool node",
    async ({ source: make, tools }) => {
      const source = make();
      const model = scriptedModel((turn) => (turn === 1 ? [use()] : "done"));
      const used = useTool((q) => `${q}: ${String(interrupt("Run it?"))}`);
      const graph = new StateGraph(State)
        .addNode(
          "agent",
          guardNode(source, async ({ messages }: typeof State.State) => ({
            messages: [await model.invoke(messages)],
          })),
        )
        .addNode("tools", tools(source, [used.tool]))
        .addEdge(START, "agent")
        .addConditionalEdges("agent", toolsCondition)
        .addEdge("tools", "agent")
        .compile({ checkpointer: new MemorySaver() })
        .withConfig({ callbacks: [new GuardGraphHandler(source)] });
      await graph.invoke(question, thread);
      const resumed = await graph.invoke(new Command({ resume: "yes" }), thread);
      expect(resumed.messages.at(-2)?.text).toBe("a: yes");
      expect(totals(resumed.guard)).toMatchObject({ modelCalls: 2, toolCalls: 1 });
      expect(resumed.guard?.snapshot.state["pending"]).toEqual([]);
    },
  );

  test.each(sources)(
    "that is approved before it runs, and a refused one stays refused: $kind",
    async ({ make }) => {
      const source = make();
      const events = listen(source as ReturnType<typeof createRegistry>);
      const model = loopingModel();
      const used = useTool();
      const graph = new StateGraph(State)
        .addNode(
          "agent",
          guardNode(source, async ({ messages }: typeof State.State) => ({
            messages: [await model.invoke(messages)],
          })),
        )
        .addNode("tools", guardToolNode(source, [used.tool]))
        .addNode("stopped", tripNode(source))
        .addEdge(START, "agent")
        .addConditionalEdges(
          "agent",
          ...routeOnTrip(source, { error: "stopped", next: toolsCondition, to: ["tools", END] }),
        )
        .addEdge("tools", "agent")
        .addEdge("stopped", END)
        .compile({ checkpointer: new MemorySaver(), interruptBefore: ["tools"] })
        .withConfig({ callbacks: [new GuardGraphHandler(source)] });
      let result = await graph.invoke(question, thread);
      for (let approval = 1; approval <= 5; approval += 1)
        result = await graph.invoke(null, thread);
      expect([model.callCount, used.ran.length]).toEqual([6, 3]);
      expect(result.guard?.trip?.reason).toBe("loop");
      expect(events.filter(({ type }) => type === "trip")).toHaveLength(1);
    },
  );
});

test("nodes and tools that answer by a Command keep it, and the channel is written beside it", async () => {
  const source = createRegistry();
  const model = scriptedModel(() => [{ name: "finish", args: { q: "a" } }]);
  const finish = tool(
    (_, { toolCall }: { toolCall?: { id?: string } }) =>
      new Command({
        update: { messages: [{ role: "tool", content: "done", tool_call_id: toolCall?.id }] },
        goto: "last",
      }),
    { name: "finish", description: "Ends.", schema: z.object({ q: z.string() }) },
  );
  const graph = new StateGraph(State)
    .addNode(
      "agent",
      guardNode(
        source,
        async ({ messages }: typeof State.State) =>
          new Command({ update: { messages: [await model.invoke(messages)] }, goto: "tools" }),
      ),
      { ends: ["tools"] },
    )
    .addNode("tools", guardToolNode(source, [finish]), { ends: ["last"] })
    .addNode("last", () => ({}))
    .addEdge(START, "agent")
    .addEdge("last", END)
    .compile()
    .withConfig({ callbacks: [new GuardGraphHandler(source)] });
  const result = await graph.invoke(question);
  expect(result.messages.map(({ text }) => text)).toEqual(["Find the port.", "", "done"]);
  expect(totals(result.guard)).toMatchObject({ modelCalls: 1, toolCalls: 1 });
});

test("a guarded node refuses by itself: LangChain prints nothing", async () => {
  const printed: unknown[] = [];
  for (const method of ["log", "warn", "error"] as const) {
    vi.spyOn(console, method).mockImplementation((...parts) => void printed.push(parts));
  }
  const source = strictly();
  const model = loopingModel();
  const node = async ({ messages }: typeof State.State) => ({
    messages: [await model.invoke(messages)],
  });
  const graph = new StateGraph(State)
    .addNode("agent", guardNode(source, node))
    .addEdge(START, "agent")
    .addEdge("agent", "agent")
    .compile()
    .withConfig({ callbacks: [new GuardGraphHandler(source)] });
  const { stop } = await ending(() => graph.invoke(question));
  expect([stop?.code, model.callCount, printed]).toEqual(["GUARD_CIRCUIT_OPEN", 3, []]);
});
