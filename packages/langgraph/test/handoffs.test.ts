// Hand-offs are delegations with a giver, a receiver and a task. Returns are not hand-offs.
import { createRegistry, type GuardOptions, type RecordedEvent } from "@guard/core";
import type { BaseMessage } from "@langchain/core/messages";
import { MemorySaver, MessagesAnnotation, START, StateGraph } from "@langchain/langgraph";
import { createReactAgent } from "@langchain/langgraph/prebuilt";
import { createSupervisor } from "@langchain/langgraph-supervisor";
import { createHandoffTool, createSwarm } from "@langchain/langgraph-swarm";
import { describe, expect, test } from "vitest";
import { ending, listen } from "guard-test-support";
import { quietHandlerErrors } from "guard-test-support/quiet";
import { useTool, scriptedModel, type Answer } from "guard-test-support/langchain";
import { guardGraph, GuardGraphHandler, type GuardGraphOptions } from "../src/index.ts";
import { question } from "./support/graphs.ts";

quietHandlerErrors();

const transfer = (to: string) => [{ name: `transfer_to_${to}`, args: {} }];

/** A registry, and the hand-offs that it is told. */
function guarded(options: GuardOptions = {}, graphOptions: GuardGraphOptions = {}) {
  const handoffs: unknown[] = [];
  const record = (_: string, event: RecordedEvent) => {
    if (event.type === "handoff") handoffs.push([event.from, event.to, event.task]);
  };
  const registry = createRegistry({ record, ...options });
  const callbacks = [new GuardGraphHandler(registry, graphOptions)];
  return { handoffs, events: listen(registry), config: { callbacks, recursionLimit: 100 } };
}

/** A swarm of two; each answers by its script. */
function swarm(alice: (turn: number) => Answer, bob: (turn: number) => Answer) {
  const models = [scriptedModel(alice, "alice"), scriptedModel(bob, "bob")] as const;
  const agents = [
    createReactAgent({
      llm: models[0],
      name: "Alice",
      tools: [createHandoffTool({ agentName: "Bob" })],
    }),
    createReactAgent({
      llm: models[1],
      name: "Bob",
      tools: [createHandoffTool({ agentName: "Alice" })],
    }),
  ];
  const graph = createSwarm({ agents, defaultActiveAgent: "Alice" }).compile({
    checkpointer: new MemorySaver(),
  });
  const asked = () => models.map(({ callCount }) => callCount);
  return { graph, asked, thread: { configurable: { thread_id: "thread" } } };
}

describe("swarm", () => {
  test("a hand-off is a delegation, and the last message is its task", async () => {
    const { graph, thread } = swarm(
      () => transfer("bob"),
      () => "It is 8080.",
    );
    const { config, handoffs } = guarded();
    const result = await graph.invoke(question, { ...config, ...thread });
    expect(result.messages.at(-1)?.text).toBe("It is 8080.");
    expect(handoffs).toEqual([["Alice", "bob", "Find the port."]]);
  });

  test("with the option agents, guard knows the names from the first hand-off on", async () => {
    const { graph, thread } = swarm(
      () => transfer("bob"),
      () => "It is 8080.",
    );
    const { config, handoffs } = guarded({}, { agents: ["Alice", "Bob"] });
    await graph.invoke(question, { ...config, ...thread });
    expect(handoffs).toEqual([["Alice", "Bob", "Find the port."]]);
  });

  test("guard stops a task that goes to and fro, at an exact call", async () => {
    const { graph, thread, asked } = swarm(
      () => transfer("bob"),
      () => transfer("alice"),
    );
    const { config, events } = guarded({}, { agents: ["Alice", "Bob"] });
    const { stop } = await ending(() => graph.invoke(question, { ...config, ...thread }));
    expect(stop?.finding).toMatchObject({ reason: "delegation", agent: "Alice", tool: "Bob" });
    expect(asked()).toEqual([4, 3]);
    expect(events.filter(({ type }) => type === "trip")).toHaveLength(1);
  });

  test("two agents that make progress may hand over as often as they like", async () => {
    const { graph, thread, asked } = swarm(
      (turn) => (turn > 3 ? "It is 8080." : { text: news[turn]!, calls: transfer("bob") }),
      (turn) => ({ text: news[3 + turn]!, calls: transfer("alice") }),
    );
    const { config, events } = guarded({}, { agents: ["Alice", "Bob"] });
    const { error } = await ending(() => graph.invoke(question, { ...config, ...thread }));
    expect(error).toBeUndefined();
    expect(asked()).toEqual([4, 3]);
    expect(events.filter(({ type }) => type === "trip")).toEqual([]);
  });
});

/** What two agents who get on say to each other. */
const news = [
  "",
  "check the router's configuration",
  "alpha listens on nothing, look at beta instead",
  "beta answers slowly: measure its latency",
  "the router forwards 80 to alpha",
  "beta was renamed to gamma last week",
  "gamma runs a proxy on 8080",
];

/** A supervisor over a researcher whose answers are given. */
function supervised(found: (turn: number) => string, rounds: number) {
  const lead = scriptedModel(
    (turn) => (turn <= rounds ? transfer("researcher") : "It is 8080."),
    "lead",
  );
  const worker = scriptedModel(found, "worker");
  const researcher = createReactAgent({ llm: worker, tools: [], name: "researcher" });
  const graph = createSupervisor({ agents: [researcher], llm: lead }).compile();
  return { graph, asked: () => [lead.callCount, worker.callCount] };
}

describe("supervisor", () => {
  test("a hand-off counts, a return does not", async () => {
    const { graph } = supervised((turn) => `Host ${turn} has no such port.`, 1);
    const { config, handoffs } = guarded();
    const result = await graph.invoke(question, config);
    expect(result.messages.at(-1)?.text).toBe("It is 8080.");
    expect(handoffs).toEqual([["supervisor", "researcher", "Find the port."]]);
  });

  test("an agent that brings something new each time may be asked again", async () => {
    const found = ["alpha is closed", "beta answers slowly", "gamma was renamed", "delta runs"];
    const { graph, asked } = supervised((turn) => found[turn - 1] ?? "", 4);
    const { config, handoffs, events } = guarded();
    const { error } = await ending(() => graph.invoke(question, config));
    expect(error).toBeUndefined();
    expect(asked()).toEqual([5, 4]);
    expect(handoffs).toHaveLength(4);
    expect(events.filter(({ type }) => type === "trip" || type === "block")).toEqual([]);
  });

  test("guard stops hand-offs to an agent that always brings the same", async () => {
    const { graph, asked } = supervised(() => "I found nothing.", 60);
    const { config } = guarded();
    const { stop } = await ending(() => graph.invoke(question, config));
    expect(stop?.finding).toMatchObject({ reason: "delegation", tool: "researcher" });
    expect(asked()).toEqual([6, 5]);
  });
});

/** The hand-offs that have taken place. */
const handedOver = (messages: readonly BaseMessage[]) =>
  messages.flatMap(({ name }) => (name?.startsWith("transfer_to_") === true ? [name] : []));

describe("guardGraph refuses a hand-off in its place: the receiver is not asked", () => {
  test("in a swarm", async () => {
    const { graph, thread, asked } = swarm(
      () => transfer("bob"),
      () => transfer("alice"),
    );
    const registry = createRegistry({ onTrip: "finish" });
    const guard = guardGraph(graph, registry, { agents: ["Alice", "Bob"] });
    const { messages } = await guard.invoke(question, thread);
    expect(asked()).toEqual([4, 1]);
    expect(handedOver(messages)).toEqual(["transfer_to_bob", "transfer_to_alice"]);
    expect(messages.at(-1)?.text).toMatch(/^This task was stopped: /);
  });

  test("not where each hand-off brings something new", async () => {
    const { graph, thread, asked } = swarm(
      (turn) => (turn > 3 ? "It is 8080." : { text: news[turn]!, calls: transfer("bob") }),
      (turn) => ({ text: news[3 + turn]!, calls: transfer("alice") }),
    );
    const guard = guardGraph(graph, createRegistry(), { agents: ["Alice", "Bob"] });
    const { messages } = await guard.invoke(question, thread);
    expect(messages.at(-1)?.text).toBe("It is 8080.");
    expect(asked()).toEqual([4, 3]);
  });

  test("under a supervisor", async () => {
    const { graph, asked } = supervised(() => "I found nothing.", 60);
    const guard = guardGraph(graph, createRegistry({ onTrip: "finish" }));
    const { messages } = await guard.invoke(question);
    expect(asked()).toEqual([6, 3]);
    expect(handedOver(messages)).toHaveLength(3);
    expect(messages.at(-1)?.text).toMatch(/^This task was stopped: /);
  });
});

test("the option handoff tells hand-off tools of your own", async () => {
  const model = scriptedModel((turn) =>
    turn === 1 ? [{ name: "delegate", args: { q: "Bob: find the port" } }] : "done",
  );
  const { tool } = useTool(() => "taken over", "delegate");
  const graph = createReactAgent({ llm: model, tools: [tool], name: "Alice" });
  const { config, handoffs } = guarded(
    {},
    {
      handoff: ({ tool: name, args }) =>
        name === "delegate" ? { to: "Bob", task: (args as { q: string }).q } : undefined,
    },
  );
  await graph.invoke(question, config);
  expect(handoffs).toEqual([["Alice", "Bob", "Bob: find the port"]]);
});

test("an agent as a tool is an ordinary tool call", async () => {
  const inner = createReactAgent({ llm: scriptedModel(() => "8080"), tools: [], name: "inner" });
  const { tool } = useTool(async () => (await inner.invoke(question)).messages.at(-1)?.text, "ask");
  const model = scriptedModel((turn) =>
    turn === 1 ? [{ name: "ask", args: { q: "the port" } }] : "done",
  );
  const graph = new StateGraph(MessagesAnnotation)
    .addNode("boss", createReactAgent({ llm: model, tools: [tool], name: "boss" }))
    .addEdge(START, "boss")
    .compile();
  const { config, handoffs } = guarded();
  const result = await graph.invoke(question, config);
  expect(result.messages.at(-1)?.text).toBe("done");
  expect(handoffs).toEqual([]);
});
