// A conditional edge that leads a stopped run to the error node, and all others on: by a name, by a
// function, or by several ways at once.
import {
  createBreaker,
  createRegistry,
  type Breaker,
  type BreakerSource,
  type Registry,
} from "@guard/core";
import { END, Send, START, StateGraph } from "@langchain/langgraph";
import { toolsCondition } from "@langchain/langgraph/prebuilt";
import { scriptedModel, use, useTool } from "guard-test-support/langchain";
import { quietHandlerErrors } from "guard-test-support/quiet";
import { describe, expect, test } from "vitest";
import {
  GuardGraphHandler,
  guardNode,
  guardToolNode,
  routeOnTrip,
  tripNode,
} from "../src/index.ts";
import { question, State } from "./support/graphs.ts";

quietHandlerErrors();

type State = typeof State.State;

const sources: readonly { kind: string; make: () => Registry | Breaker }[] = [
  { kind: "a registry", make: () => createRegistry({ preset: "strict" }) },
  { kind: "a breaker", make: () => createBreaker({ preset: "strict" }) },
];

/** An agent that asks for the same again and again, and its tools: without the edge between them. */
function halves(source: BreakerSource) {
  const model = scriptedModel(() => [use()]);
  const { tool, ran } = useTool();
  const builder = new StateGraph(State)
    .addNode(
      "agent",
      guardNode(source, async ({ messages }: State) => ({
        messages: [await model.invoke(messages)],
      })),
    )
    .addNode("tools", guardToolNode(source, [tool]))
    .addNode("error_node", tripNode(source))
    .addEdge(START, "agent")
    .addEdge("tools", "agent")
    .addEdge("error_node", END);
  return { builder, counts: () => [model.callCount, ran.length] };
}

type Builder = ReturnType<typeof halves>["builder"];

const ways: readonly {
  way: string;
  connect: (builder: Builder, source: BreakerSource) => unknown;
}[] = [
  {
    way: "a name",
    connect: (builder, source) =>
      builder.addConditionalEdges(
        "agent",
        ...routeOnTrip(source, { error: "error_node", next: "tools" }),
      ),
  },
  {
    way: "a function",
    connect: (builder, source) =>
      builder.addConditionalEdges(
        "agent",
        ...routeOnTrip(source, { error: "error_node", next: toolsCondition }),
      ),
  },
  {
    way: "a Send",
    connect: (builder, source) =>
      builder.addConditionalEdges(
        "agent",
        ...routeOnTrip(source, {
          error: "error_node",
          next: (state: State) => [new Send("tools", state)],
          to: ["tools"],
        }),
      ),
  },
];

describe.each(sources)("$kind", ({ make }) => {
  test.for(ways)("next is $way: the third identical call ends in the error node", async (row) => {
    const source = make();
    const { builder, counts } = halves(source);
    row.connect(builder, source);
    const graph = builder.compile().withConfig({ callbacks: [new GuardGraphHandler(source)] });

    const { messages, guard } = await graph.invoke(question);

    expect(counts()).toEqual([3, 2]);
    expect(guard?.trip?.reason).toBe("loop");
    expect(messages.at(-1)?.text).toContain("This task was stopped");
  });
});

const next = (state: State): Send<"tools"> => new Send("tulz" as "tools", state);

test("a Send to a node that does not exist rejects, and nothing has started", async () => {
  const source = createRegistry();
  const { builder, counts } = halves(source);
  builder.addConditionalEdges("agent", ...routeOnTrip(source, { error: "error_node", next }));
  const graph = builder.compile().withConfig({ callbacks: [new GuardGraphHandler(source)] });

  await expect(graph.invoke(question)).rejects.toThrow(/tulz/);

  expect(counts()).toEqual([1, 0]);
});
