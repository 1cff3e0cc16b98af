// A graph with guard is as typed as one without: its node names, its state, its tools.
import { createBreaker } from "@guard/core";
import type { BaseMessage } from "@langchain/core/messages";
import {
  Annotation,
  END,
  MessagesAnnotation,
  MessagesValue,
  START,
  StateGraph,
  StateSchema,
} from "@langchain/langgraph";
import { ToolNode, toolsCondition } from "@langchain/langgraph/prebuilt";
import { useTool } from "guard-test-support/langchain";
import { describe, expect, expectTypeOf, test } from "vitest";
import { z } from "zod";
import {
  guardChannel,
  guardNode,
  guardToolNode,
  guardValue,
  routeOnTrip,
  tripNode,
  type GuardRecord,
} from "../src/index.ts";

const breaker = createBreaker();
const { tool } = useTool();

const Annotated = Annotation.Root({
  ...MessagesAnnotation.spec,
  guard: guardChannel,
  rounds: Annotation<number>(),
});
const Schema = new StateSchema({
  messages: MessagesValue,
  guard: guardValue,
  rounds: z.number().default(0),
});
type Annotated = typeof Annotated.State;
type Schema = typeof Schema.State;

const nextOfAnnotations = ({ rounds }: Annotated) => (rounds > 3 ? END : "tools");
const nextOfSchema = ({ rounds }: Schema) => (rounds > 3 ? END : "tools");

const ofAnnotations = () =>
  new StateGraph(Annotated)
    .addNode(
      "agent",
      guardNode(breaker, ({ rounds }: Annotated) => ({ rounds: rounds + 1 })),
    )
    .addNode("tools", guardToolNode(breaker, [tool]))
    .addNode("error_node", tripNode(breaker))
    .addEdge(START, "agent")
    .addEdge("tools", "error_node");

const ofSchema = () =>
  new StateGraph(Schema)
    .addNode(
      "agent",
      guardNode(breaker, ({ rounds }: Schema) => ({ rounds: rounds + 1 })),
    )
    .addNode("tools", guardToolNode(breaker, [tool]))
    .addNode("error_node", tripNode(breaker))
    .addEdge(START, "agent")
    .addEdge("tools", "error_node");

test("routeOnTrip takes the names of a graph of annotations", () => {
  const edges = [
    ofAnnotations().addConditionalEdges(
      "agent",
      ...routeOnTrip(breaker, { error: "error_node", next: nextOfAnnotations }),
    ),
    ofAnnotations().addConditionalEdges(
      "agent",
      ...routeOnTrip(breaker, { error: "error_node", next: "tools" }),
    ),
    ofAnnotations().addConditionalEdges(
      "agent",
      ...routeOnTrip(breaker, { error: "error_node", next: toolsCondition }),
    ),
  ];
  for (const builder of edges) expect(() => builder.compile()).not.toThrow();
});

test("routeOnTrip takes the names of a graph of a schema", () => {
  const edges = [
    ofSchema().addConditionalEdges(
      "agent",
      ...routeOnTrip(breaker, { error: "error_node", next: nextOfSchema }),
    ),
    ofSchema().addConditionalEdges(
      "agent",
      ...routeOnTrip(breaker, { error: "error_node", next: "tools" }),
    ),
    ofSchema().addConditionalEdges(
      "agent",
      ...routeOnTrip(breaker, { error: "error_node", next: toolsCondition }),
    ),
  ];
  for (const builder of edges) expect(() => builder.compile()).not.toThrow();
});

/** Routes with a name that no graph here has. */
const wrong = {
  error: routeOnTrip(breaker, { error: "eror_node", next: "tools" }),
  next: routeOnTrip(breaker, { error: "error_node", next: "tols" }),
  chosen: routeOnTrip(breaker, { error: "error_node", next: (): "tols" => "tols" }),
  to: routeOnTrip(breaker, {
    error: "error_node",
    next: (): "tools" | "tols" => "tools",
    to: ["tools", "tols"],
  }),
};

test("a name that no node of the graph has is a type error", () => {
  const [annotated, schemed] = [ofAnnotations(), ofSchema()];
  const typed = () => {
    // @ts-expect-error: no such error node
    annotated.addConditionalEdges("agent", ...wrong.error);
    // @ts-expect-error: no such node to go on with
    annotated.addConditionalEdges("agent", ...wrong.next);
    // @ts-expect-error: the function names no node
    annotated.addConditionalEdges("agent", ...wrong.chosen);
    // @ts-expect-error: no such error node
    schemed.addConditionalEdges("agent", ...wrong.error);
    // @ts-expect-error: no such node to go on with
    schemed.addConditionalEdges("agent", ...wrong.next);
    // @ts-expect-error: the function names no node
    schemed.addConditionalEdges("agent", ...wrong.chosen);
  };
  expect(typed).toBeTypeOf("function");
});

/** The graph as JavaScript sees it. */
interface Untyped {
  addConditionalEdges(from: string, ...edge: readonly unknown[]): { compile(): unknown };
}

describe.each([
  { state: "annotations", make: ofAnnotations },
  { state: "a schema", make: ofSchema },
])("in a graph of $state a name that no node has is an error when it is compiled", ({ make }) => {
  test.for([
    { option: "error", edge: wrong.error, name: "eror_node" },
    { option: "to", edge: wrong.to, name: "tols" },
  ])("$option", ({ edge, name }) => {
    const untyped = make() as unknown as Untyped;
    const compile = () => untyped.addConditionalEdges("agent", ...edge).compile();
    expect(compile).toThrow(name);
  });
});

test("names, state and tools are what they are without guard", () => {
  type Names = "__start__" | "agent" | "tools" | "error_node";
  const builder = ofAnnotations().addEdge("agent", "tools");
  expectTypeOf<Parameters<typeof builder.addConditionalEdges>[0]>().not.toBeAny();
  expectTypeOf<Names>().toExtend<Extract<Parameters<typeof builder.addEdge>[0], string>>();
  expectTypeOf<"elsewhere">().not.toExtend<Parameters<typeof builder.addEdge>[0]>();

  const annotated = builder.compile();
  type Result = Awaited<ReturnType<typeof annotated.invoke>>;
  expectTypeOf<Result["rounds"]>().toEqualTypeOf<number>();
  expectTypeOf<Result["messages"]>().toEqualTypeOf<BaseMessage[]>();
  expectTypeOf<Result["guard"]>().toEqualTypeOf<GuardRecord | undefined>();

  const schemed = ofSchema().addEdge("agent", "tools").compile();
  type OfSchema = Awaited<ReturnType<typeof schemed.invoke>>;
  expectTypeOf<OfSchema["rounds"]>().toEqualTypeOf<number>();
  expectTypeOf<OfSchema["guard"]>().toEqualTypeOf<GuardRecord | undefined>();

  const guarded = guardToolNode(breaker, [tool]);
  expectTypeOf(guarded.tools).toEqualTypeOf<ToolNode["tools"]>();
  expect(guarded).toBeInstanceOf(ToolNode);
});
