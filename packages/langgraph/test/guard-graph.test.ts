// One line guards a graph: what the caller gets, what stays as it was, and what a user reads who writes it wrongly.
import {
  createBreaker,
  createRegistry,
  OptionsError,
  type BreakerSource,
  type OnTrip,
  type Registry,
} from "@guard/core";
import type { AIMessage, BaseMessage, ToolMessage } from "@langchain/core/messages";
import {
  Annotation,
  Command,
  END,
  entrypoint,
  interrupt,
  MemorySaver,
  MessagesAnnotation,
  MessagesValue,
  Send,
  START,
  StateGraph,
  StateSchema,
  task,
} from "@langchain/langgraph";
import { createReactAgent, ToolNode, toolsCondition } from "@langchain/langgraph/prebuilt";
import { ending, readAll } from "guard-test-support";
import {
  loopingModel,
  scriptedModel,
  use,
  useTool,
  type CountedTool,
} from "guard-test-support/langchain";
import { quietHandlerErrors } from "guard-test-support/quiet";
import { describe, expect, expectTypeOf, test, vi } from "vitest";
import {
  guardGraph,
  GuardGraphHandler,
  guardNode,
  guardToolNode,
  routeOnTrip,
  tripNode,
  type GuardGraphOptions,
} from "../src/index.ts";
import { question } from "./support/graphs.ts";

quietHandlerErrors();

const thread = { configurable: { thread_id: "thread" } };
const limit = { recursionLimit: 100 };
type Options = GuardGraphOptions<"agent">;

/** An agent and its tools, as a user builds them who does not know guard. */
function agentBuilder(model = loopingModel(), { tool } = useTool()) {
  return new StateGraph(MessagesAnnotation)
    .addNode("agent", async ({ messages }) => ({ messages: [await model.invoke(messages)] }))
    .addNode("tools", new ToolNode([tool]))
    .addEdge(START, "agent")
    .addConditionalEdges("agent", toolsCondition)
    .addEdge("tools", "agent");
}

const makers = [
  {
    kind: "a StateGraph",
    make: (model = loopingModel(), used = useTool()) => agentBuilder(model, used).compile(),
  },
  ...(["v1", "v2"] as const).map((version) => ({
    kind: `createReactAgent, ${version}`,
    make: (model = loopingModel(), { tool } = useTool()) =>
      createReactAgent({ llm: model, tools: [tool], version }),
  })),
];

/** A graph whose own node runs the tools. */
const withOwnTools = (model: ReturnType<typeof loopingModel>, { tool }: CountedTool) =>
  new StateGraph(MessagesAnnotation)
    .addNode("agent", async ({ messages }) => ({ messages: [await model.invoke(messages)] }))
    .addNode("tools", async ({ messages }) => {
      const [call] = (messages.at(-1) as AIMessage).tool_calls ?? [];
      return { messages: [(await tool.invoke(call!)) as ToolMessage] };
    })
    .addEdge(START, "agent")
    .addConditionalEdges("agent", toolsCondition)
    .addEdge("tools", "agent")
    .compile();

test.each(["throw", "finish"] as const)(
  "a tool node of the user's own: no tool runs after the trip, and nothing is printed: onTrip %s",
  async (onTrip) => {
    const printed: unknown[] = [];
    for (const method of ["log", "warn", "error"] as const) {
      vi.spyOn(console, method).mockImplementation((...parts) => void printed.push(parts));
    }
    const model = loopingModel();
    const used = useTool();
    const graph = guardGraph(withOwnTools(model, used), createRegistry({ onTrip }));
    await ending(() => graph.invoke(question));
    expect([model.callCount, used.ran.length, printed]).toEqual([6, 5, []]);
  },
);

describe.each(makers)("$kind that asks for the same again and again", ({ make }) => {
  test("rejects by default: three tool runs, and none after the trip", async () => {
    const model = loopingModel();
    const used = useTool();
    const graph = guardGraph(make(model, used), createRegistry());
    const { stop } = await ending(() => graph.invoke(question));
    expect(stop?.code).toBe("GUARD_CIRCUIT_OPEN");
    expect([model.callCount, used.ran.length]).toEqual([6, 3]);
  });

  test("the model reads warnings and refusals in its tool messages", async () => {
    const read: string[] = [];
    const model = scriptedModel((_, messages) => {
      read.push(messages.at(-1)!.text);
      return [use()];
    });
    const graph = guardGraph(make(model), createRegistry());
    await ending(() => graph.invoke(question));
    expect(read.slice(1)).toEqual([
      "a is there",
      "a is there",
      expect.stringMatching(/^a is there\n\nNote: /),
      expect.stringMatching(/^Refused, not executed: /),
      expect.stringMatching(/^Refused, not executed: /),
    ]);
  });

  test("ends with a last message for onTrip: finish, and every tool call has its answer", async () => {
    const model = loopingModel();
    const used = useTool();
    const graph = guardGraph(make(model, used), createRegistry({ onTrip: "finish" }));
    const { messages } = await graph.invoke(question);
    expect([model.callCount, used.ran.length]).toEqual([6, 3]);
    expect(messages.at(-1)?.text).toMatch(/^This task was stopped: /);
    expect(messages.filter((message) => message.getType() === "tool")).toHaveLength(6);
    expect(Object.keys(await graph.invoke(question))).toEqual(["messages"]);
  });

  test("ends with the words of the registry's option `texts`", async () => {
    const texts = { stopped: () => "Sorry, I could not find it." };
    const graph = guardGraph(make(), createRegistry({ onTrip: "finish", texts }));
    const { messages } = await graph.invoke(question);
    expect(messages.at(-1)?.text).toBe("Sorry, I could not find it.");
  });

  test("ends with the answer of one more model call for onTrip: wind-down", async () => {
    const windDown = scriptedModel(() => "It may be 8080.");
    const registry = createRegistry({ onTrip: "wind-down" });
    const graph = guardGraph(make(), registry, { windDown });
    const { messages } = await graph.invoke(question);
    expect([messages.at(-1)?.text, windDown.callCount]).toEqual(["It may be 8080.", 1]);
  });

  test("asks a human for onTrip: ask, and goes on with what the human grants", async () => {
    const model = scriptedModel((turn) => (turn < 8 ? [use()] : "It is 8080."));
    const used = useTool();
    const registry = createRegistry({ onTrip: "ask" });
    const made = make(model, used);
    made.checkpointer = new MemorySaver();
    const options: Options = { approved: "agent" };
    const graph = guardGraph(made, registry, options);
    expect(await graph.invoke(question, thread)).toHaveProperty("__interrupt__");
    expect(model.callCount).toBe(6);
    const who = { by: "ana", why: "the port changes hourly" };
    const resume = [
      { grant: "model", times: 2, ...who },
      { grant: "tool", times: 1, ...who },
    ];
    const { messages } = await graph.invoke(new Command({ resume }), thread);
    expect(messages.at(-1)?.text).toBe("It is 8080.");
    expect([model.callCount, used.ran.length]).toEqual([8, 4]);
  });

  test.each(["throw", "finish"] as const)("prints nothing: onTrip %s", async (onTrip) => {
    const printed: unknown[] = [];
    const note = (...parts: unknown[]) => printed.push(parts) > 0;
    for (const method of ["log", "warn", "error"] as const) {
      vi.spyOn(console, method).mockImplementation(note);
    }
    vi.spyOn(process.stdout, "write").mockImplementation(note);
    vi.spyOn(process.stderr, "write").mockImplementation(note);
    const graph = guardGraph(make(), createRegistry({ onTrip }));
    const { stop, result } = await ending(() => graph.invoke(question));
    expect(stop?.code ?? result?.messages.length).toBe(
      onTrip === "throw" ? "GUARD_CIRCUIT_OPEN" : 14,
    );
    expect(printed).toEqual([]);
  });
});

const Schema = new StateSchema({ messages: MessagesValue });
const WithInput = {
  state: MessagesAnnotation,
  input: Annotation.Root({ question: Annotation<string> }),
};

const askModel = async (messages: BaseMessage[]) => ({
  messages: [await scriptedModel(() => [use()]).invoke(messages)],
});

describe("the last message fits into the state", () => {
  const stopped = { onTrip: "finish", budget: { modelCalls: 1 } } as const;
  test("of a StateSchema", async () => {
    const built = new StateGraph(Schema)
      .addNode("agent", ({ messages }) => askModel(messages))
      .addEdge(START, "agent")
      .addEdge("agent", "agent")
      .compile();
    const { messages } = await guardGraph(built, createRegistry(stopped)).invoke(question);
    expect(messages.at(-1)?.text).toMatch(/^This task was stopped: the budget /);
  });

  test("of a graph with another input, and of a node with an input of its own", async () => {
    const built = new StateGraph(WithInput)
      .addNode("begin", () => ({ messages: "Find the port." }))
      .addNode("agent", ({ rest }) => askModel(rest ?? []), {
        input: Annotation.Root({ rest: Annotation<BaseMessage[]> }),
      })
      .addEdge(START, "begin")
      .addEdge("begin", "agent")
      .addEdge("agent", "agent")
      .compile();
    const { messages } = await guardGraph(built, createRegistry(stopped)).invoke({ question: "?" });
    expect(messages.map((message) => message.getType())).toEqual(["human", "ai", "tool", "ai"]);
  });
});

describe("the guarded graph", () => {
  test("has the type of the graph", () => {
    const built = agentBuilder().compile();
    expectTypeOf(guardGraph(built, createRegistry())).toEqualTypeOf<typeof built>();
    const prebuilt = createReactAgent({ llm: loopingModel(), tools: [] });
    expectTypeOf(guardGraph(prebuilt, createRegistry())).toEqualTypeOf<typeof prebuilt>();
    const typed = () => {
      guardGraph(built, createRegistry(), { approved: "tools" });
      // @ts-expect-error: no such node
      guardGraph(built, createRegistry(), { approved: "agnet" });
      // @ts-expect-error: the start is no node to go on with
      guardGraph(built, createRegistry(), { approved: START });
      // @ts-expect-error: it is to be compiled first
      guardGraph(agentBuilder(), createRegistry());
      // @ts-expect-error: the graph comes first
      guardGraph(createRegistry(), built);
    };
    expect(typed).toBeTypeOf("function");
  });

  test("keeps name, description, config, checkpointer, interrupts and drawing", async () => {
    const built = agentBuilder()
      .compile({
        name: "porter",
        description: "Finds ports.",
        checkpointer: new MemorySaver(),
        interruptBefore: ["tools"],
      })
      .withConfig({ tags: ["mine"], recursionLimit: 7 });
    const graph = guardGraph(built, createRegistry());
    expect(graph).toBeInstanceOf(built.constructor);
    const kept = ["name", "description", "checkpointer", "interruptBefore", "builder"] as const;
    for (const key of kept) expect(graph[key]).toBe(built[key]);
    expect(graph.config).toMatchObject({ tags: ["mine"], recursionLimit: 7 });
    const drawn = async (from: typeof built) => (await from.getGraphAsync()).drawMermaid();
    expect(await drawn(graph)).toBe(await drawn(built));
  });

  test("leaves the graph that it is made from as it was", async () => {
    const model = loopingModel();
    const built = agentBuilder(model).compile();
    const channels = Object.keys(built.channels);
    const tools = built.nodes.tools.bound;
    guardGraph(built, createRegistry({ onTrip: "finish" }));
    expect([Object.keys(built.channels), built.nodes.tools.bound]).toEqual([channels, tools]);
    await expect(built.invoke(question)).rejects.toThrow(/Recursion limit of 25/);
    expect(model.callCount).toBe(13);
  });

  test.each([
    ["as it is", (graph: ReturnType<typeof agentGraph>) => graph],
    ["with another config", (graph: ReturnType<typeof agentGraph>) => graph.withConfig(limit)],
  ])("guarded once more, %s: each call counts once", async (_, again) => {
    const breaker = createBreaker();
    const once = again(agentGraph(breaker));
    const twice = guardGraph(once, breaker);
    expect(twice).toBe(once);
    await expect(twice.invoke(question)).resolves.toHaveProperty("messages.length", 6);
    expect(breaker.spending).toMatchObject({ modelCalls: 3, toolCalls: 2 });
  });

  test("with parts of guard's own in it: each call counts once", async () => {
    const breaker = createBreaker();
    const model = scriptedModel((turn) => (turn < 3 ? [use(`${turn}`)] : "done"));
    const node = guardNode(breaker, async ({ messages }: typeof MessagesAnnotation.State) => ({
      messages: [await model.invoke(messages)],
    }));
    const built = new StateGraph(MessagesAnnotation)
      .addNode("agent", node)
      .addNode("tools", guardToolNode(breaker, [useTool().tool]))
      .addNode("stopped", tripNode(breaker))
      .addEdge(START, "agent")
      .addConditionalEdges(
        "agent",
        ...routeOnTrip(breaker, { error: "stopped", next: toolsCondition, to: ["tools", END] }),
      )
      .addEdge("tools", "agent")
      .compile();
    const graph = guardGraph(built, breaker);
    await graph.invoke(question, { callbacks: [new GuardGraphHandler(breaker)] });
    expect(breaker.spending).toMatchObject({ modelCalls: 3, toolCalls: 2 });
  });

  test("as a node: the outermost guarded graph answers, and each call counts once", async () => {
    const breaker = createBreaker({ onTrip: "finish" });
    const model = loopingModel();
    const inner = guardGraph(agentBuilder(model).compile(), breaker);
    const graph = guardGraph(around(inner), breaker);
    const { messages } = await graph.invoke(question);
    expect(messages.at(-1)?.text).toMatch(/^This task was stopped: /);
    expect([model.callCount, breaker.spending.modelCalls]).toEqual([6, 6]);
  });

  test("as a node of a graph that guard does not know: it answers by itself", async () => {
    const registry = createRegistry({ onTrip: "finish" });
    const graph = around(guardGraph(agentBuilder().compile(), registry));
    const { messages } = await graph.invoke(question);
    expect(messages.at(-2)?.text).toMatch(/^This task was stopped: /);
    expect(messages.at(-1)?.text).toBe("after");
  });

  test("guards the tool nodes of its subgraphs", async () => {
    const used = useTool();
    const graph = around(agentBuilder(loopingModel(), used).compile());
    const { stop } = await ending(() => guardGraph(graph, createRegistry()).invoke(question));
    expect([stop?.code, used.ran.length]).toEqual(["GUARD_CIRCUIT_OPEN", 3]);
  });

  test("keeps the options of a tool node, and leaves a class of the user's own alone", async () => {
    class Mine extends ToolNode {}
    const tools = new ToolNode([useTool().tool], {
      name: "t",
      tags: ["x"],
      handleToolErrors: false,
    });
    const built = new StateGraph(MessagesAnnotation)
      .addNode("tools", tools)
      .addNode("mine", new Mine([]))
      .addEdge(START, "tools")
      .addEdge("tools", "mine")
      .compile();
    const { nodes } = guardGraph(built, createRegistry());
    const { name, handleToolErrors, config } = nodes.tools.bound as unknown as ToolNode;
    expect([name, handleToolErrors, config?.tags]).toEqual(["t", false, ["x"]]);
    expect(nodes.tools.bound).not.toBe(tools);
    expect(nodes.mine.bound).toBe(built.nodes.mine.bound);
  });

  test("ends once, however many branches are stopped at once", async () => {
    const model = scriptedModel(() => [use()]);
    const built = new StateGraph(MessagesAnnotation)
      .addNode("split", () => ({}))
      .addNode("work", async () => ({ messages: [await model.invoke("Find it.")] }))
      .addEdge(START, "split")
      .addConditionalEdges("split", () => [1, 2, 3].map(() => new Send("work", {})))
      .compile();
    const registry = createRegistry({ onTrip: "finish", budget: { modelCalls: 1 } });
    const { messages } = await guardGraph(built, registry).invoke(question);
    const last = messages.filter(({ text }) => text.startsWith("This task was stopped"));
    expect([model.callCount, last.length, messages.at(-1)]).toEqual([1, 1, last[0]]);
  });

  test("shows the error node in streams, and nothing of guard's record", async () => {
    const graph = guardGraph(
      agentBuilder().compile({ checkpointer: new MemorySaver() }),
      createRegistry({ onTrip: "finish" }),
    );
    const streamMode = ["values", "updates", "tasks", "checkpoints", "debug"] as const;
    const chunks = await readAll(
      await graph.stream(question, { ...thread, streamMode: [...streamMode] }),
    );
    expect(JSON.stringify(chunks)).not.toContain("_guard");
    const updates = chunks.filter(([mode]) => mode === "updates").map(([, update]) => update);
    expect(Object.keys(updates.at(-1)!)).toEqual(["guard_stopped"]);
    expect(Object.keys((await graph.getState(thread)).values)).toEqual(["messages"]);
  });
});

describe("an error that guard did not raise", () => {
  test.each(["throw", "finish"] as const)(
    "reaches the caller as it is, and the thread can be resumed: onTrip %s",
    async (onTrip) => {
      const { graph, error } = failing(onTrip);
      const ended = await ending(() => graph.invoke(question, thread));
      expect(ended.error).toBe(error);
      const { messages } = await graph.invoke(null, thread);
      expect(messages.at(-1)?.text).toBe("It is 8080.");
    },
  );
});

describe("a stop inside a node", () => {
  test("leads to the graph's own tripNode, from any node", async () => {
    const registry = spent();
    const built = stoppable(registry).compile();
    const { messages } = await guardGraph(built, registry).invoke(question);
    expect(messages.at(-1)?.text).toMatch(/^This task was stopped: the budget /);
  });

  test("leads to the error node of routeOnTrip, which the user wrote", async () => {
    const registry = createRegistry({ budget: { modelCalls: 2 }, onTrip: "route" });
    const model = loopingModel();
    const built = new StateGraph(MessagesAnnotation)
      .addNode("agent", async ({ messages }) => ({ messages: [await model.invoke(messages)] }))
      .addNode("mine", () => ({ messages: "My own words." }))
      .addEdge(START, "agent")
      .addConditionalEdges("agent", ...routeOnTrip(registry, { error: "mine", next: "agent" }))
      .compile();
    const { messages } = await guardGraph(built, registry).invoke(question);
    expect([messages.at(-1)?.text, model.callCount]).toEqual(["My own words.", 2]);
  });

  test("rejects where a function gives the breakers: guard does not know their onTrip before the run", async () => {
    const breaker = createBreaker({ onTrip: "finish", budget: { modelCalls: 2 } });
    const { stop } = await ending(() =>
      guardGraph(agentBuilder().compile(), () => breaker).invoke(question),
    );
    expect(stop?.code).toBe("GUARD_BUDGET_EXCEEDED");
  });

  test("leads to the end, where routeOnTrip names the end", async () => {
    const registry = createRegistry();
    const built = new StateGraph(MessagesAnnotation)
      .addNode("agent", async ({ messages }) => ({
        messages: [await scriptedModel(() => [use()]).invoke(messages)],
      }))
      .addEdge(START, "agent")
      .addConditionalEdges("agent", ...routeOnTrip(registry, { error: END, next: "agent" }))
      .compile();
    const { messages } = await guardGraph(built, registry).invoke(question, limit);
    expect(messages).toHaveLength(9); // the question, and eight requests without results
  });

  test("leads to the error node of its own edge, where a graph has several", async () => {
    const registry = spent();
    const model = scriptedModel((turn) => [use(`${turn}`)]);
    const node = async ({ messages }: typeof MessagesAnnotation.State) => ({
      messages: [await model.invoke(messages)],
    });
    const built = new StateGraph(MessagesAnnotation)
      .addNode("first", node)
      .addNode("second", node)
      .addNode("third", node)
      .addNode("mine", () => ({ messages: "after first" }))
      .addNode("other", () => ({ messages: "after third" }))
      .addEdge(START, "first")
      .addConditionalEdges("first", ...routeOnTrip(registry, { error: "mine", next: "second" }))
      .addEdge("second", "third")
      .addConditionalEdges("third", ...routeOnTrip(registry, { error: "other", next: END }))
      .compile();
    const { messages } = await guardGraph(built, registry).invoke(question);
    expect(messages.at(-1)?.text).toBe("after third");
  });

  test("leads there from a node that swallows it, and that node's edges don't run", async () => {
    const registry = spent();
    const model = loopingModel();
    const edges: number[] = [];
    const built = new StateGraph(MessagesAnnotation)
      .addNode("agent", async ({ messages }) => {
        const answer = await model.invoke(messages).catch(() => undefined);
        return answer === undefined ? {} : { messages: [answer] };
      })
      .addNode("stopped", tripNode(registry))
      .addEdge(START, "agent")
      .addConditionalEdges("agent", ({ messages }) => (edges.push(messages.length), "agent"), [
        "agent",
        "stopped",
      ])
      .compile();
    const { messages } = await guardGraph(built, registry).invoke(question);
    expect(messages.at(-1)?.text).toMatch(/^This task was stopped: the budget /);
    expect([model.callCount, edges]).toEqual([2, [2, 3]]);
  });

  test("goes to the node's own error handler first; if nothing answers the stop, the caller gets it", async () => {
    const handled: string[] = [];
    const built = new StateGraph(MessagesAnnotation)
      .addNode(
        "agent",
        async ({ messages }) => ({ messages: [await loopingModel().invoke(messages)] }),
        { errorHandler: (_, { error }) => (handled.push(error.name), {}) },
      )
      .addEdge(START, "agent")
      .addConditionalEdges("agent", ({ messages }) => (messages.length > 2 ? END : "agent"))
      .compile();
    const registry = createRegistry({ onTrip: "finish", budget: { modelCalls: 1 } });
    const { stop } = await ending(() => guardGraph(built, registry).invoke(question));
    expect([stop?.code, handled]).toEqual(["GUARD_BUDGET_EXCEEDED", ["BudgetExceededError"]]);
  });
});

describe("a thread, with a checkpointer and no key of guard's in the state", () => {
  test("remembers in another process what it has spent", async () => {
    const checkpointer = new MemorySaver();
    await startProcess(checkpointer).graph.invoke(question, thread); // two model calls
    const later = startProcess(checkpointer);
    const { stop } = await ending(() => later.graph.invoke(question, thread));
    expect([stop?.code, later.model.callCount]).toEqual(["GUARD_BUDGET_EXCEEDED", 1]);
  });

  test("remembers in another process that guard stopped it", async () => {
    const checkpointer = new MemorySaver();
    const compiled = () => agentBuilder().compile({ checkpointer });
    await guardGraph(compiled(), createRegistry({ onTrip: "finish" })).invoke(question, thread);
    const model = loopingModel();
    const graph = guardGraph(
      agentBuilder(model).compile({ checkpointer }),
      createRegistry({ onTrip: "finish" }),
    );
    const { messages } = await graph.invoke(question, thread);
    expect(messages.at(-1)?.text).toMatch(/^This task was stopped: /);
    expect(model.callCount).toBe(0);
  });

  test("a fork from an older checkpoint gets no money back", async () => {
    const checkpointer = new MemorySaver();
    const first = startProcess(checkpointer);
    await first.graph.invoke(question, thread);
    const older: string[] = [];
    for await (const { config, next } of first.graph.getStateHistory(thread)) {
      if (next.includes("agent")) older.push(String(config.configurable?.["checkpoint_id"]));
    }
    const later = startProcess(checkpointer);
    const at = { configurable: { ...thread.configurable, checkpoint_id: older.at(-1)! } };
    const { stop } = await ending(() => later.graph.invoke(null, at));
    expect([stop?.code, later.model.callCount]).toEqual(["GUARD_BUDGET_EXCEEDED", 1]);
  });

  test("a rejected run leaves no tool call without an answer", async () => {
    const checkpointer = new MemorySaver();
    const graph = guardGraph(agentBuilder().compile({ checkpointer }), createRegistry());
    const { stop } = await ending(() => graph.invoke(question, thread));
    expect(stop?.code).toBe("GUARD_CIRCUIT_OPEN");
    const { values, next } = await graph.getState(thread);
    const { messages } = values as typeof MessagesAnnotation.State;
    expect([messages.at(-1)?.getType(), next]).toEqual(["tool", ["agent"]]);
    const again = await ending(() => graph.invoke(question, thread));
    expect(again.stop?.code).toBe("GUARD_CIRCUIT_OPEN");
  });

  test("another thread starts with nothing spent", async () => {
    const checkpointer = new MemorySaver();
    await startProcess(checkpointer).graph.invoke(question, thread);
    const other = { configurable: { thread_id: "other" } };
    const { messages } = await startProcess(checkpointer).graph.invoke(question, other);
    expect(messages.at(-1)?.text).toBe("done");
  });

  test("a call that waits for a human counts once", async () => {
    const registry = createRegistry();
    const model = scriptedModel((turn) => (turn === 1 ? [use()] : "done"));
    const used = useTool((q) => `${q}: ${String(interrupt("Run it?"))}`);
    const checkpointer = new MemorySaver();
    const graph = guardGraph(agentBuilder(model, used).compile({ checkpointer }), registry);
    await graph.invoke(question, thread);
    const { messages } = await graph.invoke(new Command({ resume: "yes" }), thread);
    expect(messages.at(-2)?.text).toBe("a: yes");
    expect(model.callCount).toBe(2);
  });

  test("a call that a human approves before it runs counts once, and a refused call stays refused", async () => {
    const model = loopingModel();
    const used = useTool();
    const registry = createRegistry({ onTrip: "finish" });
    const trips: unknown[] = [];
    registry.on("trip", (trip) => trips.push(trip));
    const built = agentBuilder(model, used).compile({
      checkpointer: new MemorySaver(),
      interruptBefore: ["tools"],
    });
    const graph = guardGraph(built, registry);
    let result = await graph.invoke(question, thread);
    for (let approval = 1; approval <= 6; approval += 1) result = await graph.invoke(null, thread);
    expect([model.callCount, used.ran.length, trips.length]).toEqual([6, 3, 1]);
    expect(result.messages.at(-1)?.text).toMatch(/^This task was stopped: /);
  });
});

describe("a workflow of tasks (entrypoint)", () => {
  test("rejects when guard stops it", async () => {
    const model = loopingModel();
    const graph = guardGraph(workflow(model), createRegistry({ budget: { modelCalls: 3 } }));
    const { stop } = await ending(() => graph.invoke("Find the port."));
    expect([stop?.code, model.callCount]).toEqual(["GUARD_BUDGET_EXCEEDED", 3]);
  });

  test("remembers its thread", async () => {
    const checkpointer = new MemorySaver();
    const model = scriptedModel(() => "It is 8080.");
    const once = () =>
      guardGraph(
        entrypoint(
          { name: "workflow", checkpointer },
          async (q: string) => (await model.invoke(q)).text,
        ),
        createRegistry({ budget: { modelCalls: 2 } }),
      ).invoke("Find the port.", thread);
    expect([await once(), await once()]).toEqual(["It is 8080.", "It is 8080."]);
    await expect(once()).rejects.toMatchObject({ code: "GUARD_BUDGET_EXCEEDED" });
    expect(model.callCount).toBe(2);
  });

  test("has no messages to end with", () => {
    expect(faultsOf(() => guardGraph(workflow(), createRegistry({ onTrip: "finish" })))).toEqual([
      'onTrip: "finish" needs a graph with the key "messages" in its state; use onTrip: "throw" and catch the CircuitOpenError',
    ]);
  });
});

describe("mistakes", () => {
  const registry = createRegistry();
  const compiled = () => agentBuilder().compile();
  const Other = Annotation.Root({ port: Annotation<number> });
  const withoutMessages = () =>
    new StateGraph(Other)
      .addNode("agent", () => ({}))
      .addEdge(START, "agent")
      .compile();
  const Taken = Annotation.Root({ guard: Annotation<boolean> });
  const withGuardKey = () =>
    new StateGraph(Taken)
      .addNode("agent", () => ({}))
      .addEdge(START, "agent")
      .compile();
  const withGuardsNode = () =>
    agentBuilder()
      .addNode("guard_stopped", () => ({}))
      .compile();
  const agentOfCreateAgent = { graph: compiled(), invoke: () => {} };
  const remote = { lg_is_pregel: true, invoke: () => {} };

  test.each([
    {
      what: "a graph that is not compiled",
      args: [agentBuilder(), registry],
      fault:
        "graph: expected a compiled graph, received a StateGraph. Compile it first: write guardGraph(builder.compile(), registry).",
    },
    {
      what: "an agent of createAgent",
      args: [agentOfCreateAgent, registry],
      fault:
        "graph: expected a compiled graph, received an agent of createAgent. Write guardAgent(agent, registry), from @guard/langchain.",
    },
    {
      what: "a remote graph",
      args: [remote, registry],
      fault:
        "graph: expected a compiled graph, received a RemoteGraph. It runs in another process: guard it there.",
    },
    {
      what: "the arguments in the wrong order",
      args: [registry, compiled()],
      fault:
        "graph: expected a compiled graph, received a registry. The registry is the second argument: write guardGraph(graph, registry).",
    },
    {
      what: "no registry",
      args: [compiled()],
      fault:
        "source: expected a registry, a breaker or a function that gives one, received undefined. Write createRegistry({ budget: { usd: 5 } }).",
    },
    {
      what: "the options of a registry",
      args: [compiled(), { budget: { usd: 5 } }],
      fault: expect.stringMatching(/^source: expected a registry, a breaker or/) as string,
    },
    {
      what: "nothing",
      args: [],
      fault:
        "graph: expected a compiled graph, received undefined. Write guardGraph(builder.compile(), registry).",
    },
    {
      what: "an option that does not exist",
      args: [compiled(), registry, { aproved: "agent" }],
      fault: "aproved: there is no such option (did you mean `approved`?)",
    },
    {
      what: "another registry's graph",
      args: [guardGraph(compiled(), createRegistry()), registry],
      fault: "graph: another registry guards this graph already; pass the graph that you compiled",
    },
    {
      what: "a state that uses guard's key",
      args: [withGuardKey(), registry],
      fault:
        'graph: guard keeps its record under the key "guard" of the state; give your own key another name',
    },
    {
      what: "a node with the name of guard's own",
      args: [withGuardsNode(), createRegistry({ onTrip: "finish" })],
      fault:
        'graph: guard adds a node "guard_stopped" for a stopped run; give your own node another name, or lead to it with routeOnTrip',
    },
    {
      what: "onTrip: finish without messages",
      args: [withoutMessages(), createRegistry({ onTrip: "finish" })],
      fault:
        'onTrip: "finish" needs a graph with the key "messages" in its state; use onTrip: "throw" and catch the CircuitOpenError',
    },
    {
      what: "onTrip: route without a route",
      args: [compiled(), createRegistry({ onTrip: "route" })],
      fault:
        'onTrip: "route" needs an edge to an error node in the graph; add routeOnTrip, or use onTrip: "finish"',
    },
    {
      what: "onTrip: ask without a node that goes on",
      args: [compiled(), createRegistry({ onTrip: "ask" })],
      fault: 'approved: expected the node that goes on after an approval, because onTrip is "ask"',
    },
    {
      what: "onTrip: ask with a node that does not exist",
      args: [compiled(), createRegistry({ onTrip: "ask" }), { approved: "agnet" }],
      fault: 'approved: expected one of agent, tools, received "agnet"',
    },
    {
      what: "onTrip: wind-down without a model",
      args: [compiled(), createRegistry({ onTrip: "wind-down" })],
      fault: 'windDown: expected a model, because onTrip is "wind-down", received undefined',
    },
  ])("$what", ({ args, fault }) => {
    expect(faultsOf(() => guardGraph(...(args as Parameters<typeof guardGraph>)))).toEqual([fault]);
  });
});

test("guard_stopped is a free name where guard adds no node", async () => {
  const built = new StateGraph(MessagesAnnotation)
    .addNode("guard_stopped", () => ({ messages: "My own words." }))
    .addEdge(START, "guard_stopped")
    .compile();
  const { messages } = await guardGraph(built, createRegistry()).invoke(question);
  expect(messages.at(-1)?.text).toBe("My own words.");
});

/** A graph whose agent fails once. */
const failing = (onTrip: OnTrip) => {
  const error = new TypeError("no network");
  let visits = 0;
  const built = new StateGraph(MessagesAnnotation)
    .addNode("agent", () => {
      if ((visits += 1) === 1) throw error;
      return { messages: "It is 8080." };
    })
    .addEdge(START, "agent")
    .compile({ checkpointer: new MemorySaver() });
  return { error, graph: guardGraph(built, createRegistry({ onTrip })) };
};

const spent = () => createRegistry({ budget: { modelCalls: 2 } });

/** An agent with an error node of guard's. */
function stoppable(registry: Registry) {
  const model = scriptedModel((turn) => [use(`${turn}`)]);
  return new StateGraph(MessagesAnnotation)
    .addNode("agent", async ({ messages }) => ({ messages: [await model.invoke(messages)] }))
    .addNode("tools", new ToolNode([useTool().tool]))
    .addNode("stopped", tripNode(registry))
    .addEdge(START, "agent")
    .addConditionalEdges(
      "agent",
      ...routeOnTrip(registry, { error: "stopped", next: toolsCondition, to: ["tools", END] }),
    )
    .addEdge("tools", "agent")
    .addEdge("stopped", END);
}

/** A graph and a registry in another process, on the same checkpointer. */
const startProcess = (checkpointer: MemorySaver, usd = 0.003) => {
  const model = scriptedModel((turn) => (turn % 2 === 1 ? [use(`${turn}`)] : "done"));
  const registry = createRegistry({ price: () => 0.001, budget: { usd } });
  const graph = guardGraph(agentBuilder(model).compile({ checkpointer }), registry);
  return { graph, model };
};

/** Tasks that ask a model again and again. */
const workflow = (model = loopingModel(), checkpointer?: MemorySaver) => {
  const ask = task("ask", async (q: string) => model.invoke(q));
  return entrypoint(
    { name: "workflow", ...(checkpointer ? { checkpointer } : {}) },
    async (q: string) => {
      for (;;) await ask(q);
    },
  );
};

function agentGraph(source: BreakerSource) {
  const model = scriptedModel((turn) => (turn < 3 ? [use(`${turn}`)] : "done"));
  return guardGraph(agentBuilder(model).compile(), source);
}

/** A graph with another one as a node. */
function around(inner: ReturnType<typeof agentGraph>) {
  return new StateGraph(MessagesAnnotation)
    .addNode("inner", inner)
    .addNode("after", () => ({ messages: "after" }))
    .addEdge(START, "inner")
    .addEdge("inner", "after")
    .compile();
}

function faultsOf(make: () => unknown): readonly string[] {
  try {
    make();
    return [];
  } catch (error) {
    if (!OptionsError.isInstance(error)) throw error;
    return (error as OptionsError).faults;
  }
}
