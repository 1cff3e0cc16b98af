// Branches that run at once: what already runs may end, nothing new starts.
import { createBreaker, createRegistry, type BreakerSource } from "@guard/core";
import { Annotation, END, Send, START, StateGraph } from "@langchain/langgraph";
import { expect, test } from "vitest";
import { ending, listen } from "guard-test-support";
import { quietHandlerErrors, unhandled } from "guard-test-support/quiet";
import { scriptedModel } from "guard-test-support/langchain";
import { guardGraph, GuardGraphHandler, guardNode, routeOnTrip, tripNode } from "../src/index.ts";
import { question, State as Messages } from "./support/graphs.ts";
import { withResolvers } from "./support/waiting.ts";

quietHandlerErrors();

const State = Annotation.Root({
  ...Messages.spec,
  done: Annotation<string[]>({ reducer: (a, b) => [...a, ...b], default: () => [] }),
});
type State = typeof State.State;

/** Five branches that each ask a model, then go on to a second step that asks one more. */
function fanOut(source: BreakerSource, by: "guardGraph" | "the handler") {
  const model = scriptedModel((turn) => `answer ${turn}`);
  const ask = guardNode(source, async ({ messages }: State) => {
    const { text } = await model.invoke(messages);
    return { done: [text] };
  });
  const names = ["one", "two", "three", "four", "five"] as const;
  const builder = new StateGraph(State)
    .addNode("start", () => ({}))
    .addNode("work", ask)
    .addNode("again", ask)
    .addNode("stopped", tripNode(source))
    .addEdge(START, "start")
    .addConditionalEdges(
      "start",
      ...routeOnTrip(source, {
        error: "stopped",
        next: (state: State) => names.map(() => new Send("work", state)),
        to: ["work"],
      }),
    )
    .addConditionalEdges("work", ...routeOnTrip(source, { error: "stopped", next: "again" }))
    .addEdge("again", END)
    .addEdge("stopped", END);
  const compiled = builder.compile();
  const graph =
    by === "guardGraph"
      ? guardGraph(compiled, source)
      : compiled.withConfig({ callbacks: [new GuardGraphHandler(source)] });
  return { graph, model };
}

test("Send: a budget of three calls is three calls, and the run ends with one answer", async () => {
  const source = createRegistry({ budget: { modelCalls: 3 } });
  const events = listen(source);
  const { graph, model } = fanOut(source, "guardGraph");
  const { result, error } = await ending(() => graph.invoke(question));
  expect(error).toBeUndefined();
  expect(model.callCount).toBe(3);
  expect(events.filter(({ type }) => type === "trip")).toHaveLength(1);
  expect(result?.done).toHaveLength(3);
  expect(result?.messages.map((message) => message.getType())).toEqual(["human", "ai"]);
  expect(result?.guard?.trip).toMatchObject({ reason: "budget" });
  const { spending } = createBreaker({ restore: result?.guard?.snapshot });
  expect(spending).toMatchObject({ modelCalls: 3 });
  expect(unhandled).toEqual([]);
});

test("Send with the handler alone: findCircuitOpen finds the trip in LangGraph's error", async () => {
  const { graph, model } = fanOut(createRegistry({ budget: { modelCalls: 3 } }), "the handler");
  const { stop } = await ending(() => graph.invoke(question));
  expect(stop?.code).toBe("GUARD_BUDGET_EXCEEDED");
  expect(model.callCount).toBe(3);
  expect(unhandled).toEqual([]);
});

test("a branch that works while another branch trips ends its work and starts nothing new", async () => {
  const source = createBreaker();
  const released = withResolvers();
  const started = withResolvers();
  const slow = scriptedModel(() => {
    started.resolve();
    return "slow answer";
  });
  const late = scriptedModel(() => "late answer");
  const bodies: string[] = [];
  const graph = new StateGraph(State)
    .addNode("tripping", async () => {
      await started.promise;
      source.override({ force: "open", by: "ops", why: "test" });
      released.resolve();
      return { done: ["tripping"] };
    })
    .addNode("slow", async ({ messages }) => {
      const answer = slow.invoke(messages);
      await released.promise;
      bodies.push("slow");
      return { done: [(await answer).text] };
    })
    .addNode(
      "late",
      async ({ messages }) => {
        const { text } = await late.invoke(messages);
        bodies.push("late");
        return { done: [text] };
      },
      { ends: ["stopped"] },
    )
    .addNode("stopped", tripNode(source))
    .addEdge(START, "slow")
    .addEdge(START, "tripping")
    .addEdge("slow", "late")
    .addEdge("late", END)
    .addEdge("tripping", END)
    .addEdge("stopped", END)
    .compile();
  const result = await guardGraph(graph, source).invoke(question);
  expect([slow.callCount, late.callCount, bodies]).toEqual([1, 0, ["slow"]]);
  expect(result.done.toSorted()).toEqual(["slow answer", "tripping"]);
  expect(result.messages.at(-1)?.text).toContain("an operator stopped it");
});

test("guard refuses two branches: the run gets one last message", async () => {
  const source = createRegistry({ budget: { modelCalls: 0 } });
  const { graph, model } = fanOut(source, "guardGraph");
  const result = await graph.invoke(question);
  expect(model.callCount).toBe(0);
  expect(result.messages.filter((message) => message.getType() === "ai")).toHaveLength(1);
});
