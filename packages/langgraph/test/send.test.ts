// Send, parallel branches, retries and edited states: nothing starts after the trip, nothing counts twice.
import { createBreaker, createRegistry, type GuardOptions } from "@guard/core";
import { AIMessage } from "@langchain/core/messages";
import { Annotation, END, MemorySaver, Send, START, StateGraph } from "@langchain/langgraph";
import { ending, listen } from "guard-test-support";
import { scriptedModel, use, useTool } from "guard-test-support/langchain";
import { quietHandlerErrors, unhandled } from "guard-test-support/quiet";
import { beforeEach, describe, expect, test, vi } from "vitest";
import { guardGraph, GuardGraphHandler, tripNode } from "../src/index.ts";
import { agentGraph, question, State as Messages } from "./support/graphs.ts";
import { checkpointsOf, configurable } from "./support/threads.ts";
import { meeting, withResolvers } from "./support/waiting.ts";

quietHandlerErrors();

const State = Annotation.Root({
  ...Messages.spec,
  done: Annotation<string[]>({ reducer: (a, b) => [...a, ...b], default: () => [] }),
});

/** A registry, and what has started before and after it told of a trip. */
function watched(options: GuardOptions) {
  const registry = createRegistry(options);
  const events = listen(registry);
  const before: string[] = [];
  const after: string[] = [];
  const start = (what: string) => {
    const isAfter = events.some(({ type }) => type === "trip");
    (isAfter ? after : before).push(what);
  };
  return { registry, events, before, after, start };
}

/** Four branches that use a tool and then ask a model; a fifth loops while their tools run. */
function branches({ start }: ReturnType<typeof watched>) {
  const looping = scriptedModel(() => {
    start("looping model");
    return [use()];
  });
  const model = scriptedModel((turn) => {
    start("model");
    return `answer ${turn}`;
  });
  const tripped = withResolvers();
  const allRun = meeting(5);
  const { tool } = useTool(async (q) => {
    start("tool");
    await allRun();
    await tripped.promise;
    return q;
  });
  let files = 0;
  const work = async ({ messages }: typeof State.State) => {
    const found: string = await tool.invoke({ q: `file ${(files += 1)}` });
    const { text } = await model.invoke(messages);
    return { done: [found, text] };
  };
  const loop = async ({ messages }: typeof State.State) => {
    await allRun();
    for (const _ of [1, 2, 3]) await looping.invoke(messages);
    tripped.resolve();
    return { done: ["loop"] };
  };
  return new StateGraph(State).addNode({ one: work, two: work, three: work, four: work, loop });
}
type Branches = ReturnType<typeof branches>;

const kinds = [
  {
    kind: "Send",
    fan: (builder: Branches) =>
      builder.addConditionalEdges(START, (state) => [
        ...[1, 2, 3, 4].map(() => new Send("one", state)),
        new Send("loop", state),
      ]),
  },
  {
    kind: "parallel edges",
    fan: (builder: Branches) =>
      builder
        .addEdge(START, "one")
        .addEdge(START, "two")
        .addEdge(START, "three")
        .addEdge(START, "four")
        .addEdge(START, "loop"),
  },
];

describe.each(kinds)("$kind", ({ fan }) => {
  const startedBefore = [
    ...Array.from({ length: 4 }, () => "tool"),
    ...Array.from({ length: 3 }, () => "looping model"),
  ];

  test("calls that run when one branch trips may end, and nothing new starts", async () => {
    const watch = watched({ preset: "strict" });
    const { registry } = watch;
    const built = fan(branches(watch))
      .addNode("stopped", tripNode(registry))
      .addEdge("stopped", END)
      .addConditionalEdges("loop", () => END, ["stopped", END])
      .compile();
    const graph = guardGraph(built, registry);
    const { result, error } = await ending(() => graph.invoke(question));
    expect(error).toBeUndefined();
    expect(watch).toMatchObject({ before: startedBefore, after: [] });
    expect(result?.done).toEqual(["loop"]);
    expect(result?.messages.at(-1)?.text).toContain("This task was stopped");
    expect(unhandled).toEqual([]);
  });

  test("with the handler alone the branches throw, and findCircuitOpen finds the trip in the caller's error", async () => {
    const watch = watched({ preset: "strict" });
    const graph = fan(branches(watch)).compile();
    const callbacks = [new GuardGraphHandler(watch.registry)];
    const { stop } = await ending(() => graph.invoke(question, { callbacks }));
    expect(watch).toMatchObject({ before: startedBefore, after: [] });
    expect(stop).toMatchObject({ code: "GUARD_CIRCUIT_OPEN", reason: "loop" });
    expect(watch.events.filter(({ type }) => type === "trip")).toHaveLength(1);
    expect(unhandled).toEqual([]);
  });
});

describe("a retry policy that retries everything", () => {
  const retryPolicy = { maxAttempts: 9, initialInterval: 0, jitter: false, retryOn: () => true };
  beforeEach(() => void vi.spyOn(console, "log").mockReturnValue()); // LangGraph prints its retries

  test.for([
    { what: "a model that fails", fails: "model", models: 3 },
    { what: "a node that fails after its model has answered", fails: "node", models: 3 },
  ])("$what is asked as often as the budget allows", async ({ fails, models }) => {
    const watch = watched({ budget: { modelCalls: models } });
    const model = scriptedModel((turn) => {
      watch.start("model");
      if (fails === "model") throw new Error("out of order");
      return `answer ${turn}`;
    });
    let visits = 0;
    const graph = new StateGraph(State)
      .addNode(
        "agent",
        async ({ messages }) => {
          visits += 1;
          await model.invoke(messages);
          throw new Error("a fault of the node's own");
        },
        { retryPolicy, ends: ["stopped"] },
      )
      .addNode("stopped", tripNode(watch.registry))
      .addEdge(START, "agent")
      .addEdge("stopped", END)
      .compile();
    const result = await guardGraph(graph, watch.registry).invoke(question);
    expect(visits).toBe(models + 1);
    expect(watch.before).toHaveLength(models);
    expect(watch.after).toEqual([]);
    expect(result.messages.at(-1)?.text).toContain("This task was stopped");
  });
});

/** A thread whose model asks so often for the same, and then has found it. */
function thread(lastLoop: number) {
  const source = createRegistry({ preset: "strict" });
  const events = listen(source);
  const model = scriptedModel((turn) => (turn <= lastLoop ? [use()] : "It is 8080."));
  const used = useTool();
  const setup = { model, tools: [used.tool], source, checkpointer: new MemorySaver() };
  return { graph: agentGraph(setup), events, counts: () => [model.callCount, used.ran.length] };
}
const spendingAt = async ({ graph }: ReturnType<typeof thread>) => {
  const { values, next } = await graph.getState({ configurable });
  const { guard } = values as typeof State.State;
  return { next, ...createBreaker({ restore: guard?.snapshot }).spending };
};

describe("updateState runs the edge again and counts nothing", () => {
  test("an answer that the user writes again and again is one call when it runs", async () => {
    const run = thread(1);
    await run.graph.invoke(question, { configurable });
    const call = { ...use(), id: "own", type: "tool_call" as const };
    const messages = [new AIMessage({ id: "own", content: "", tool_calls: [call] })];
    for (const _ of [1, 2, 3, 4]) {
      await run.graph.updateState({ configurable }, { messages }, "agent");
      expect(await spendingAt(run)).toMatchObject({ next: ["tools"], modelCalls: 2, toolCalls: 1 });
    }
    await run.graph.invoke(null, { configurable });
    expect(run.counts()).toEqual([3, 2]);
    expect(await spendingAt(run)).toMatchObject({ next: [], modelCalls: 3, toolCalls: 2 });
    expect(run.events.filter(({ type }) => type === "trip" || type === "block")).toEqual([]);
  });

  test("an answer that counted before: the fork goes on", async () => {
    const run = thread(1);
    await run.graph.invoke(question, { configurable });
    const [, , answered] = await checkpointsOf(run.graph);
    const at = { ...configurable, checkpoint_ns: "", checkpoint_id: answered };
    const fork = await run.graph.updateState({ configurable: at }, { messages: [] }, "agent");
    expect(await spendingAt(run)).toMatchObject({ next: ["tools"], modelCalls: 1, toolCalls: 1 });
    const { guard } = await run.graph.invoke(null, fork);
    expect(run.counts()).toEqual([3, 2]);
    expect(guard?.trip).toBeUndefined();
  });

  test("a thread that was stopped: the edge leads to the error node, and nothing starts", async () => {
    const run = thread(60);
    await run.graph.invoke(question, { configurable });
    const call = { ...use("b"), id: "own", type: "tool_call" as const };
    const messages = [new AIMessage({ id: "own", content: "", tool_calls: [call] })];
    await run.graph.updateState({ configurable }, { messages }, "agent");
    expect(await spendingAt(run)).toMatchObject({ next: ["stopped"], modelCalls: 3, toolCalls: 2 });
    const result = await run.graph.invoke(null, { configurable });
    expect(run.counts()).toEqual([3, 2]);
    expect(result.messages.at(-1)?.text).toContain("This task was stopped");
    expect(run.events.filter(({ type }) => type === "trip")).toHaveLength(1);
  });
});
