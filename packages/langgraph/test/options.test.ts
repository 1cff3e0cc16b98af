// Wrong options throw where they are written, or at the first run.
import { createBreaker, createRegistry, OptionsError, type BreakerSource } from "@guard/core";
import { END, MessagesAnnotation, START, StateGraph } from "@langchain/langgraph";
import { describe, expect, test } from "vitest";
import { ending } from "guard-test-support";
import { quietHandlerErrors } from "guard-test-support/quiet";
import { useTool, loopingModel, scriptedModel, use } from "guard-test-support/langchain";
import {
  guardGraph,
  GuardGraphHandler,
  guardNode,
  guardToolNode,
  routeOnTrip,
  tripNode,
} from "../src/index.ts";
import { question } from "./support/graphs.ts";

quietHandlerErrors();

const parts: readonly { part: string; make: (source: BreakerSource) => unknown }[] = [
  { part: "GuardGraphHandler", make: (source) => new GuardGraphHandler(source) },
  { part: "guardNode", make: (source) => guardNode(source, () => ({})) },
  { part: "guardToolNode", make: (source) => guardToolNode(source, []) },
  { part: "routeOnTrip", make: (source) => routeOnTrip(source, { error: "stopped", next: "go" }) },
  { part: "tripNode", make: (source) => tripNode(source) },
];

describe.each(parts)("$part", ({ make }) => {
  test.each([
    ["nothing", undefined],
    ["null", null],
    ["options", { budget: { usd: 5 } }],
    ["a text", "registry"],
  ])("refuses a source that is %s", (_, source) => {
    const faults = faultsOf(() => make(source as unknown as BreakerSource));
    expect(faults).toEqual([expect.stringMatching(/^source: expected a registry, a breaker or/)]);
  });

  test.each(["throw", "finish", "route"] as const)("takes onTrip %s", (onTrip) => {
    expect(faultsOf(() => make(createBreaker({ onTrip })))).toEqual([]);
  });
});

test.each([
  ["a model", loopingModel(), "an instance of FakeBuiltModel"],
  ["the registry, in the place of the node", createRegistry(), "a registry"],
  ["nothing", undefined, "undefined"],
])("guardNode wraps a function, not %s", (_, node, received) => {
  expect(faultsOf(() => guardNode(() => createBreaker(), node))).toEqual([
    `node: expected a function, received ${received}. Write guardNode(registry, node).`,
  ]);
});

test.each([
  ["one tool", useTool().tool, "an instance of DynamicStructuredTool"],
  ["tools by their names", { search: useTool().tool }, "an object"],
  ["nothing", undefined, "undefined"],
])("guardToolNode takes a list, not %s", (_, tools, received) => {
  expect(faultsOf(() => guardToolNode(createRegistry(), tools as never))).toEqual([
    `tools: expected a list of tools, received ${received}. Write guardToolNode(registry, [search]).`,
  ]);
});

test("tripNode: onTrip ask needs the name of a node that goes on", () => {
  const source = createRegistry({ onTrip: "ask" });
  expect(faultsOf(() => tripNode(source))).toEqual([
    'approved: expected the node that goes on after an approval, because onTrip is "ask"',
  ]);
  expect(faultsOf(() => tripNode(source, { approved: "agent" }))).toEqual([]);
});

test.each([
  ["undefined", undefined],
  ["an object", {}],
])("tripNode: winding down needs a model, not %s", (received, windDown) => {
  const source = createRegistry({ onTrip: "wind-down" });
  expect(faultsOf(() => tripNode(source, { windDown: windDown as never }))).toEqual([
    `windDown: expected a model, because onTrip is "wind-down", received ${received}`,
  ]);
  expect(faultsOf(() => tripNode(source, { windDown: loopingModel() }))).toEqual([]);
});

const registry = createRegistry();

test.each([
  {
    what: "an empty error node",
    route: { error: "", next: "go" },
    fault: 'error: expected the name of a node, received ""',
  },
  {
    what: "the start as error node",
    route: { error: START, next: "go" },
    fault: 'error: expected the name of a node, received "__start__"',
  },
  {
    what: "no next node",
    route: { error: "stopped", next: undefined },
    fault: "next: expected the name of a node, received undefined",
  },
  {
    what: "a list that holds no names",
    route: { error: "stopped", next: () => "go", to: ["go", 7] },
    fault: "to[1]: expected the name of a node, received 7",
  },
])("routeOnTrip refuses $what", ({ route, fault }) => {
  const make = () => routeOnTrip(registry, route as unknown as { error: string; next: string });
  expect(faultsOf(make)).toEqual([fault]);
});

test.each([
  {
    what: "a hand-off reader that is no function",
    options: { handoff: "delegate" },
    fault: 'handoff: expected a function, received "delegate"',
  },
  {
    what: "agents that are no list",
    options: { agents: "Bob" },
    fault: 'agents: expected a list of names, received "Bob"',
  },
  {
    what: "an object that is no checkpointer",
    options: { checkpointer: {} },
    fault: "checkpointer: expected a checkpointer, received an object",
  },
])("GuardGraphHandler refuses $what", ({ options, fault }) => {
  const make = () => new GuardGraphHandler(registry, options as never);
  expect(faultsOf(make)).toEqual([fault]);
});

test("compile throws for an error node that the graph does not have", () => {
  const builder = new StateGraph(MessagesAnnotation)
    .addNode("agent", () => ({}))
    .addEdge(START, "agent")
    .addConditionalEdges(
      "agent",
      // @ts-expect-error: "stopt" is no node of this graph
      ...routeOnTrip(registry, { error: "stopt", next: END }),
    );
  expect(() => builder.compile()).toThrow(/stopt/);
});

test("the first run rejects where a routing function returns a name outside its list", async () => {
  const graph = new StateGraph(MessagesAnnotation)
    .addNode("agent", () => ({}))
    .addNode("go", () => ({}))
    .addEdge(START, "agent")
    .addConditionalEdges(
      "agent",
      ...routeOnTrip(registry, { error: "go", next: (): "go" => "gone" as "go", to: ["go"] }),
    )
    .compile()
    .withConfig({ callbacks: [new GuardGraphHandler(registry)] });
  const { error } = await ending(() => graph.invoke(question));
  expect(error).toMatchObject({ faults: ['next: expected one of go, go, received "gone"'] });
});

const graphOf = (source: BreakerSource) =>
  new StateGraph(MessagesAnnotation)
    .addNode("agent", async ({ messages }) => ({
      messages: [await scriptedModel(() => [use()]).invoke(messages)],
    }))
    .addNode("tools", guardToolNode(source, [useTool().tool]))
    .addNode("stopped", tripNode(source))
    .addEdge(START, "agent")
    .addConditionalEdges("agent", ...routeOnTrip(source, { error: "stopped", next: "tools" }))
    .addEdge("tools", END)
    .addEdge("stopped", END)
    .compile();

describe("without the handler", () => {
  test.each([
    ["a registry", createRegistry()],
    ["a breaker", createBreaker()],
  ])("%s: the first run says what is missing", async (_, source) => {
    const { error } = await ending(() => graphOf(source).invoke(question));
    expect(error).toMatchObject({
      faults: [
        expect.stringMatching(
          /^callbacks: expected a GuardGraphHandler of the same registry, received none; write guardGraph/,
        ),
      ],
    });
  });

  test("the handler of another registry does not count", async () => {
    const callbacks = [new GuardGraphHandler(createRegistry())];
    const { error } = await ending(() => graphOf(createRegistry()).invoke(question, { callbacks }));
    expect(OptionsError.isInstance(error)).toBe(true);
  });
});

test("an edge routes on a breaker that your own code asks in a node", async () => {
  const breaker = createBreaker({ preset: "strict" });
  const lane = breaker.agent("mine");
  let ran = 0;
  const graph = new StateGraph(MessagesAnnotation)
    .addNode("work", async () => {
      await lane
        .run({ kind: "tool", tool: "search", args: {} }, () => ((ran += 1), "same"))
        .catch(() => {});
      return {};
    })
    .addNode("stopped", tripNode(breaker))
    .addEdge(START, "work")
    .addConditionalEdges("work", ...routeOnTrip(breaker, { error: "stopped", next: "work" }))
    .addEdge("stopped", END)
    .compile();
  const result = await guardGraph(graph, breaker).invoke(question);
  expect(ran).toBe(2);
  expect(result.messages.at(-1)?.text).toContain('the agent asked for "search" 3 times');
});

test("the first trip rejects where the breaker of a function needs an option that tripNode does not have", async () => {
  const breaker = createBreaker({ onTrip: "wind-down", budget: { modelCalls: 1 } });
  const source = () => breaker;
  const model = loopingModel();
  const graph = new StateGraph(MessagesAnnotation)
    .addNode("agent", async ({ messages }) => ({ messages: [await model.invoke(messages)] }))
    .addNode("stopped", tripNode(source))
    .addEdge(START, "agent")
    .addConditionalEdges("agent", ...routeOnTrip(source, { error: "stopped", next: "agent" }))
    .compile();
  const { error } = await ending(() => guardGraph(graph, source).invoke(question));
  expect(error).toMatchObject({
    message: expect.stringContaining("windDown: expected a model") as unknown,
  });
  expect(model.callCount).toBe(1);
});

function faultsOf(make: () => unknown): readonly string[] {
  try {
    make();
    return [];
  } catch (error) {
    if (!OptionsError.isInstance(error)) throw error;
    return (error as OptionsError).faults;
  }
}
