// What the compiler knows: the names of the nodes, and the state.
import { createRegistry, type TripReport } from "@guard/core";
import type { BaseMessage } from "@langchain/core/messages";
import {
  Annotation,
  type Command,
  END,
  MessagesAnnotation,
  MessagesValue,
  Send,
  START,
  StateGraph,
  StateSchema,
} from "@langchain/langgraph";
import { toolsCondition } from "@langchain/langgraph/prebuilt";
import { expect, expectTypeOf, test } from "vitest";
import { quietHandlerErrors } from "guard-test-support/quiet";
import { useTool, loopingModel } from "guard-test-support/langchain";
import {
  guardChannel,
  GuardGraphHandler,
  guardNode,
  guardToolNode,
  guardValue,
  routeOnTrip,
  tripNode,
  type GuardRecord,
} from "../src/index.ts";
import { question } from "./support/graphs.ts";

quietHandlerErrors();

const registry = createRegistry({ preset: "strict" });
const State = Annotation.Root({ ...MessagesAnnotation.spec, guard: guardChannel });

test("the channel is typed in both kinds of state", () => {
  expectTypeOf<typeof State.State.guard>().toEqualTypeOf<GuardRecord | undefined>();
  const Schema = new StateSchema({ messages: MessagesValue, guard: guardValue });
  expectTypeOf<typeof Schema.State.guard>().toEqualTypeOf<GuardRecord | undefined>();
  expectTypeOf<GuardRecord["trip"]>().toEqualTypeOf<TripReport | undefined>();
});

test("the names of an edge are those that it may lead to", () => {
  const byName = routeOnTrip(registry, { error: "stopped", next: "tools" });
  expectTypeOf(byName[1]).toEqualTypeOf<("stopped" | "tools" | typeof END)[] | undefined>();
  const byFunction = routeOnTrip(registry, { error: "stopped", next: toolsCondition });
  expectTypeOf(byFunction[1]).toEqualTypeOf<("stopped" | "tools" | typeof END)[] | undefined>();
  const bySend = routeOnTrip(registry, { error: "stopped", next: () => [new Send("work", {})] });
  expectTypeOf(bySend[1]).toEqualTypeOf<("stopped" | "work" | typeof END)[] | undefined>();
});

test("names that are no nodes of the graph are type errors", () => {
  const builder = new StateGraph(State)
    .addNode("agent", () => ({}))
    .addNode("stopped", tripNode(registry))
    .addEdge(START, "agent");
  const typed = () => {
    const stopped = routeOnTrip(registry, { error: "stopped", next: END });
    builder.addConditionalEdges("agent", ...stopped);
    const noErrorNode = routeOnTrip(registry, { error: "stopt", next: END });
    // @ts-expect-error: no such error node
    builder.addConditionalEdges("agent", ...noErrorNode);
    const noNext = routeOnTrip(registry, { error: "stopped", next: "tools" });
    // @ts-expect-error: no such node to go on with
    builder.addConditionalEdges("agent", ...noNext);
    const noDestination = routeOnTrip(registry, { error: "stopped", next: toolsCondition });
    // @ts-expect-error: the function names a node that does not exist
    builder.addConditionalEdges("agent", ...noDestination);
    // @ts-expect-error: the edge is to be spread
    builder.addConditionalEdges("agent", stopped);
  };
  expect(typed).toBeTypeOf("function");
});

test("an error node with something to go on with returns a command", () => {
  const plain = tripNode(registry);
  expectTypeOf<Awaited<ReturnType<typeof plain>>>().toHaveProperty("messages");
  const asking = tripNode(registry, { approved: "agent" });
  expectTypeOf<Awaited<ReturnType<typeof asking>>>().toExtend<
    Command<unknown, Record<string, unknown>, "agent" | typeof END>
  >();
  expectTypeOf<Awaited<ReturnType<typeof asking>>["goto"]>().not.toBeAny();
});

test("guardNode takes the state's type from the graph", () => {
  const Schema = new StateSchema({ messages: MessagesValue, guard: guardValue });
  const builders = [
    new StateGraph(State).addNode(
      "agent",
      guardNode(registry, async ({ messages, guard }, config) => {
        expectTypeOf(messages).toEqualTypeOf<BaseMessage[]>();
        expectTypeOf(guard).toEqualTypeOf<GuardRecord | undefined>();
        expectTypeOf(config).not.toBeAny();
        return { messages };
      }),
    ),
    new StateGraph(Schema).addNode(
      "agent",
      guardNode(registry, ({ messages }) => {
        expectTypeOf(messages).toEqualTypeOf<BaseMessage[]>();
        return { messages };
      }),
    ),
    new StateGraph(State).addNode(
      "agent",
      // @ts-expect-error: no such key in the state
      guardNode(registry, ({ nothing }) => ({ messages: [nothing as string] })),
    ),
  ];
  expect(builders).toHaveLength(3);
});

test("a type error stands at the option that is wrong", () => {
  const source = registry;
  const typed = () => {
    // @ts-expect-error: the name of a node
    tripNode(source, { approved: 7 });
    // @ts-expect-error: a model
    tripNode(source, { windDown: "gpt-5-mini" });
    // @ts-expect-error: an option that does not exist
    tripNode(source, { aproved: "agent" });
  };
  expect(typed).toBeTypeOf("function");
});

test("a guarded node keeps its own type", () => {
  const node = guardNode(registry, async ({ messages }: typeof State.State) => ({
    messages: messages.slice(-1),
  }));
  expectTypeOf(node).parameter(0).toEqualTypeOf<typeof State.State>();
  expectTypeOf<Awaited<ReturnType<typeof node>>>().toEqualTypeOf<{
    messages: (typeof State.State)["messages"];
  }>();
});

test("a state schema carries the trip like a state of annotations", async () => {
  const Schema = new StateSchema({ messages: MessagesValue, guard: guardValue });
  const model = loopingModel();
  const graph = new StateGraph(Schema)
    .addNode("agent", async ({ messages }) => ({ messages: [await model.invoke(messages)] }))
    .addNode("tools", guardToolNode(registry, [useTool().tool]))
    .addNode("stopped", tripNode(registry))
    .addEdge(START, "agent")
    .addConditionalEdges(
      "agent",
      ...routeOnTrip(registry, { error: "stopped", next: toolsCondition, to: ["tools", END] }),
    )
    .addEdge("tools", "agent")
    .addEdge("stopped", END)
    .compile()
    .withConfig({ callbacks: [new GuardGraphHandler(registry)] });
  const result = await graph.invoke(question);
  expectTypeOf(result.guard).toEqualTypeOf<GuardRecord | undefined>();
  expect(result.guard?.trip).toMatchObject({ reason: "loop", used: { modelCalls: 3 } });
});
