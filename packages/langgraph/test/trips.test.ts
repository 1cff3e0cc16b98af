// However a graph is built: a loop is stopped after exactly this many calls, and a trip is never lost.
import {
  createBreaker,
  createRegistry,
  findCircuitOpen,
  type BreakerSource,
  type TripReport,
} from "@guard/core";
import { AIMessage, ToolMessage, type BaseMessage } from "@langchain/core/messages";
import { END, MessagesAnnotation, START, StateGraph } from "@langchain/langgraph";
import { ToolNode, toolsCondition } from "@langchain/langgraph/prebuilt";
import { describe, expect, test, vi } from "vitest";
import { ending, listen, readAll } from "guard-test-support";
import { quietHandlerErrors, unhandled } from "guard-test-support/quiet";
import { useTool, scriptedModel, use, type Answer } from "guard-test-support/langchain";
import {
  guardGraph,
  GuardGraphHandler,
  guardToolNode,
  routeOnTrip,
  tripNode,
} from "../src/index.ts";
import { agentGraph, question, State, type Setup } from "./support/graphs.ts";

quietHandlerErrors();

type Loop = "the same" | "A,B,A,B" | "invalid arguments" | "unknown tool" | "a tool that fails";

const scripts: Readonly<Record<Loop, (turn: number) => Answer>> = {
  "the same": () => [use()],
  "A,B,A,B": (turn) => [use(turn % 2 === 1 ? "a" : "b")],
  "invalid arguments": () => [use(1)],
  "unknown tool": () => [{ name: "no_such_tool", args: { q: "a" } }],
  "a tool that fails": () => [use("broken")],
};

/** Model calls and tool bodies of each loop. */
type Counts = Readonly<Record<Loop, readonly [models: number, bodies: number]>>;

/** Refused calls don't run. */
const refusing: Counts = {
  "the same": [6, 3],
  "A,B,A,B": [7, 4],
  "invalid arguments": [6, 0],
  "unknown tool": [6, 0],
  "a tool that fails": [6, 3],
};

/** Refused calls run all the same, and count as refused. */
const counting: Counts = {
  ...refusing,
  "the same": [6, 5],
  "A,B,A,B": [7, 6],
  "a tool that fails": [6, 5],
};

const strict: Counts = {
  "the same": [3, 2],
  "A,B,A,B": [5, 4],
  "invalid arguments": [3, 0],
  "unknown tool": [3, 0],
  "a tool that fails": [3, 2],
};

/** A graph with a plain agent node. Each test adds its own parts. */
function builder({ model }: Setup, tools: ToolNode) {
  return new StateGraph(State)
    .addNode("agent", async ({ messages }) => ({ messages: [await model.invoke(messages)] }))
    .addNode("tools", tools)
    .addEdge(START, "agent")
    .addEdge("tools", "agent");
}

/** Only the edge: the answer that trips is in the state when it is routed. */
function edgeOnly(setup: Setup) {
  const { source, tools } = setup;
  return builder(setup, guardToolNode(source, [...tools]))
    .addNode("stopped", tripNode(source))
    .addConditionalEdges(
      "agent",
      ...routeOnTrip(source, { error: "stopped", next: toolsCondition }),
    )
    .addEdge("stopped", END)
    .compile()
    .withConfig({ callbacks: [new GuardGraphHandler(source)], recursionLimit: 100 });
}

/** Only `guardGraph`: it leads a stop to the error node, to which no edge of the graph leads. */
function guardOnly(setup: Setup) {
  const { source, tools } = setup;
  const graph = builder(setup, new ToolNode([...tools]))
    .addNode("stopped", tripNode(source))
    .addConditionalEdges("agent", toolsCondition, ["tools", "stopped", END])
    .addEdge("stopped", END)
    .compile();
  return guardGraph(graph, source).withConfig({ recursionLimit: 100 });
}

/** The edge and LangGraph's own tool node. */
function plainTools(setup: Setup) {
  const { source, tools } = setup;
  return builder(setup, new ToolNode([...tools]))
    .addNode("stopped", tripNode(source))
    .addConditionalEdges(
      "agent",
      ...routeOnTrip(source, { error: "stopped", next: toolsCondition }),
    )
    .addEdge("stopped", END)
    .compile()
    .withConfig({ callbacks: [new GuardGraphHandler(source)], recursionLimit: 100 });
}

const graphs = [
  { graph: "everything", make: agentGraph, balanced: refusing },
  { graph: "only the edge", make: edgeOnly, balanced: refusing },
  { graph: "only guardGraph", make: guardOnly, balanced: refusing },
  { graph: "only the edge, and LangGraph's own tool node", make: plainTools, balanced: counting },
] as const;

describe.each(graphs)("$graph", ({ make, balanced }) => {
  const cases = (Object.keys(scripts) as Loop[]).flatMap((loop) => [
    { loop, preset: "balanced" as const, counts: balanced[loop] },
    { loop, preset: "strict" as const, counts: strict[loop] },
  ]);

  test.for(cases)("$preset, $loop: $counts", async ({ loop, preset, counts }) => {
    const registry = createRegistry({ preset });
    const events = listen(registry);
    const model = scriptedModel(scripts[loop]);
    const used = useTool(failing);

    const { result, error } = await ending(() =>
      make({ model, tools: [used.tool], source: registry }).invoke(question),
    );

    expect(error).toBeUndefined();
    expect([model.callCount, used.ran.length]).toEqual(counts);
    expect(events.filter(({ type }) => type === "trip")).toHaveLength(1);
    expect(result?.guard?.trip).toMatchObject({
      reason: "loop",
      finding: { tool: loop === "unknown tool" ? "no_such_tool" : "use", agent: "agent" },
      used: { modelCalls: counts[0] },
    });
    expect(result?.messages.at(-1)?.getType()).toBe("ai");
    expect(result?.messages.at(-1)?.text).toContain("This task was stopped");
    expect(unanswered(result?.messages ?? [])).toEqual([]);
    expect(unhandled).toEqual([]);
  });
});

function failing(q: string): string {
  if (q === "broken") throw new Error("out of order");
  return `${q} is there`;
}

/** Ids of tool calls without a tool message. */
function unanswered(messages: readonly BaseMessage[]): readonly (string | undefined)[] {
  const answered = messages.filter((message) => ToolMessage.isInstance(message));
  return messages
    .flatMap((message) => (AIMessage.isInstance(message) ? (message.tool_calls ?? []) : []))
    .map(({ id }) => id)
    .filter((id) => answered.every((message) => message.tool_call_id !== id));
}

const looping = () => scriptedModel(scripts["the same"]);
const strictly = () => createRegistry({ preset: "strict" });

test("a run that gets on is left alone, and its state tells what it has used", async () => {
  const model = scriptedModel((turn) => (turn < 6 ? [use(`file ${turn}`)] : "It is 8080."));
  const used = useTool();
  const graph = agentGraph({ model, tools: [used.tool], source: createRegistry() });
  const result = await graph.invoke(question);
  expect([model.callCount, used.ran.length]).toEqual([6, 5]);
  expect(result.messages.at(-1)?.text).toBe("It is 8080.");
  expect(result.guard?.trip).toBeUndefined();
  const { spending } = createBreaker({ restore: result.guard?.snapshot });
  expect(spending).toMatchObject({ modelCalls: 6, toolCalls: 5 });
});

test("a graph without an error node throws the trip, and nothing starts after it", async () => {
  const model = looping();
  const used = useTool();
  const source = strictly();
  const graph = builder({ model, tools: [], source }, new ToolNode([used.tool]))
    .addConditionalEdges("agent", toolsCondition)
    .compile();
  const { stop } = await ending(() =>
    graph.invoke(question, { callbacks: [new GuardGraphHandler(source)] }),
  );
  expect(stop?.code).toBe("GUARD_CIRCUIT_OPEN");
  expect([model.callCount, used.ran.length]).toEqual([3, 2]);
});

test("a graph that ends with the answer that trips throws it all the same", async () => {
  const model = scriptedModel(() => [use(), use("b"), use("c")]);
  const source = createRegistry({ budget: { toolCalls: 2 } });
  const graph = new StateGraph(MessagesAnnotation)
    .addNode("agent", async ({ messages }) => ({ messages: [await model.invoke(messages)] }))
    .addEdge(START, "agent")
    .compile();
  const { stop } = await ending(() =>
    graph.invoke(question, { callbacks: [new GuardGraphHandler(source)] }),
  );
  expect(stop?.code).toBe("GUARD_BUDGET_EXCEEDED");
});

test("the guarded tool node throws a trip instead of making a message of it", async () => {
  const source = createBreaker({ preset: "strict" });
  const used = useTool();
  const model = looping();
  const thrown: unknown[] = [];
  const graph = builder({ model, tools: [], source }, guardToolNode(source, [used.tool]))
    .addConditionalEdges("agent", toolsCondition)
    .addNode("seen", () => ({}))
    .setNodeDefaults({
      errorHandler: (_, { node, error }) => {
        thrown.push([node, findCircuitOpen(error)?.code]);
        throw new Error("seen", { cause: error });
      },
    })
    .compile();
  const { stop, error } = await ending(() =>
    graph.invoke(question, { callbacks: [new GuardGraphHandler(source)] }),
  );
  expect(thrown).toEqual([["tools", "GUARD_CIRCUIT_OPEN"]]);
  expect(stop ?? error).toMatchObject({ code: "GUARD_CIRCUIT_OPEN" });
  expect([model.callCount, used.ran.length]).toEqual([3, 2]);
});

test("of an answer that asks for five calls and trips none runs, and all are answered", async () => {
  const model = scriptedModel((turn) =>
    turn < 3 ? [use()] : [use("b"), use("c"), use(), use("d"), use("e")],
  );
  const used = useTool();
  const graph = agentGraph({ model, tools: [used.tool], source: strictly() });
  const result = await graph.invoke(question);
  expect([model.callCount, used.ran.length]).toEqual([3, 2]);
  expect(unanswered(result.messages)).toEqual([]);
});

test("of an answer with one refused call the others run, one message for each id", async () => {
  const model = scriptedModel((turn) => {
    if (turn < 4) return [use()];
    return turn === 4 ? [use("b"), use(), use("c")] : "done";
  });
  const used = useTool();
  const graph = agentGraph({ model, tools: [used.tool], source: createRegistry() });
  const { messages } = await graph.invoke(question);
  expect(used.ran).toEqual(["a", "a", "a", "b", "c"]);
  const last = messages.filter((message) => ToolMessage.isInstance(message)).slice(-3);
  expect(last.map(({ tool_call_id, status }) => [tool_call_id, status])).toEqual([
    ["call-4-0", "success"],
    ["call-4-1", "error"],
    ["call-4-2", "success"],
  ]);
  expect(last[1]?.text).toMatch(/^Refused, not executed: you asked for "use" again/);
});

test.each(["values", "updates", "messages"] as const)(
  "stream, %s: the same counts",
  async (streamMode) => {
    const model = looping();
    const used = useTool();
    const graph = agentGraph({ model, tools: [used.tool], source: strictly() });
    const chunks = await readAll(graph.stream(question, { streamMode }));
    expect([model.callCount, used.ran.length]).toEqual([3, 2]);
    expect(JSON.stringify(chunks)).toContain("This task was stopped");
  },
);

const policies = [
  { policy: "LangGraph's own", retryPolicy: { maxAttempts: 3, initialInterval: 0, jitter: false } },
  {
    policy: "a policy that retries everything",
    retryPolicy: { maxAttempts: 3, initialInterval: 0, jitter: false, retryOn: () => true },
  },
];

test.each(policies)(
  "a retry policy, $policy: no model is asked and no tool runs again",
  async ({ retryPolicy }) => {
    vi.spyOn(console, "log").mockReturnValue(); // LangGraph prints its retries
    const model = looping();
    const used = useTool();
    const source = strictly();
    let visits = 0;
    const built = new StateGraph(State)
      .addNode(
        "agent",
        async ({ messages }) => {
          visits += 1;
          return { messages: [await model.invoke(messages)] };
        },
        { retryPolicy },
      )
      .addNode("tools", new ToolNode([used.tool]), { retryPolicy })
      .addNode("stopped", tripNode(source))
      .addEdge(START, "agent")
      .addConditionalEdges("agent", toolsCondition, ["tools", "stopped", END])
      .addEdge("tools", "agent")
      .addEdge("stopped", END)
      .compile();
    const result = await guardGraph(built, source).invoke(question);
    expect([model.callCount, used.ran.length]).toEqual([3, 2]);
    expect(visits).toBe(3);
    expect(result.guard?.trip?.reason).toBe("loop");
  },
);

test.each(policies)(
  "a retry policy, $policy, and no error node: no model is asked again",
  async ({ retryPolicy }) => {
    vi.spyOn(console, "log").mockReturnValue(); // LangGraph prints its retries
    const model = looping();
    let visits = 0;
    const built = new StateGraph(State)
      .addNode(
        "agent",
        async ({ messages }) => {
          visits += 1;
          return { messages: [await model.invoke(messages)] };
        },
        { retryPolicy },
      )
      .addEdge(START, "agent")
      .addEdge("agent", "agent")
      .compile();
    const source = createRegistry({ budget: { modelCalls: 2 } });
    const { stop } = await ending(() => guardGraph(built, source).invoke(question));
    expect([stop?.code, model.callCount]).toEqual(["GUARD_BUDGET_EXCEEDED", 2]);
    expect(visits).toBe("retryOn" in retryPolicy ? 5 : 3);
  },
);

test("a graph as a node of another: its trip is routed by the outer one", async () => {
  const model = looping();
  const used = useTool();
  const source = strictly();
  const inner = builder({ model, tools: [], source }, guardToolNode(source, [used.tool]))
    .addConditionalEdges("agent", toolsCondition)
    .compile();
  const built = new StateGraph(State)
    .addNode("inner", inner, { ends: ["stopped"] })
    .addNode("after", () => ({ messages: [new AIMessage("never")] }))
    .addNode("stopped", tripNode(source))
    .addEdge(START, "inner")
    .addEdge("inner", "after")
    .addEdge("after", END)
    .addEdge("stopped", END)
    .compile();
  const result = await guardGraph(built, source).invoke(question);
  expect([model.callCount, used.ran.length]).toEqual([3, 2]);
  expect(result.messages.map(({ text }) => text)).not.toContain("never");
  expect(result.guard?.trip).toMatchObject({ finding: { agent: "inner" } });
});

test("runs of different users on one graph have breakers of their own", async () => {
  const graph = agentGraph({
    model: scriptedModel(() => [use()]),
    tools: [useTool().tool],
    source: strictly(),
  });
  const results = await Promise.all([1, 2, 3].map(() => graph.invoke(question)));
  expect(results.map(({ guard }) => guard?.trip?.used.modelCalls)).toEqual([3, 3, 3]);
});

test("the next turn of a run that was stopped asks no model as long as the break lasts", async () => {
  const breaker: BreakerSource = createBreaker({ preset: "strict", ports: { clock: () => 1_000 } });
  const model = looping();
  const used = useTool();
  const graph = agentGraph({ model, tools: [used.tool], source: breaker });
  const first = await graph.invoke(question);
  const next = await graph.invoke({
    messages: [...first.messages, { role: "user", content: "And now?" }],
  });
  expect([model.callCount, used.ran.length]).toEqual([3, 2]);
  expect(next.messages.at(-1)?.text).toContain("This task was stopped");
});

const sorry = (trip: TripReport | undefined) => `Sorry: ${trip?.reason}, ${trip?.finding.tool}.`;

test("the option answer writes the last message", async () => {
  const source = strictly();
  const graph = builder(
    { model: looping(), tools: [], source },
    guardToolNode(source, [useTool().tool]),
  )
    .addNode("stopped", tripNode(source, { answer: sorry }))
    .addConditionalEdges(
      "agent",
      ...routeOnTrip(source, { error: "stopped", next: toolsCondition }),
    )
    .addEdge("stopped", END)
    .compile()
    .withConfig({ callbacks: [new GuardGraphHandler(source)] });
  const { messages } = await graph.invoke(question);
  expect(messages.at(-1)?.text).toBe("Sorry: loop, use.");
});

test("observed: a loop runs as if guard were not there", async () => {
  const model = scriptedModel((turn) => (turn < 9 ? [use()] : "done"));
  const used = useTool();
  const source = createRegistry({ mode: "observe", preset: "strict" });
  const result = await agentGraph({ model, tools: [used.tool], source }).invoke(question);
  expect([model.callCount, used.ran.length]).toEqual([9, 8]);
  expect(result.messages.at(-1)?.text).toBe("done");
});
