// One line guards an agent: the handler and the middleware are in their places, however the agent is run.
import { createBreaker, createRegistry, OptionsError, type OnTrip } from "@guard/core";
import type { BreakerSource } from "@guard/core";
import { listen, ending, readAll } from "guard-test-support";
import { loopingModel, named, scriptedModel, use, useTool } from "guard-test-support/langchain";
import { CallbackManager } from "@langchain/core/callbacks/manager";
import { BaseCallbackHandler } from "@langchain/core/callbacks/base";
import { RunnableLambda } from "@langchain/core/runnables";
import { Command, MemorySaver, MessagesAnnotation, START, StateGraph } from "@langchain/langgraph";
import * as langchain from "langchain";
import { AIMessage, createAgent, createMiddleware, ToolMessage } from "langchain";
import { describe, expect, onTestFinished, test } from "vitest";
import { GuardCallbackHandler, guardAgent, guardMiddleware } from "../src/index.ts";
import { startModelServer } from "./support/model-server.ts";
import { question, toolCallingExecutor } from "./support/runners.ts";

const loopingAgent = () => createAgent({ model: loopingModel(), tools: [useTool().tool] });
type Agent = ReturnType<typeof loopingAgent>;
type Model = ReturnType<typeof loopingModel>;

class Tracer extends BaseCallbackHandler {
  readonly name = "tracer";
  models = 0;
  override handleChatModelStart(): void {
    this.models += 1;
  }
  override handleLLMStart(): void {
    this.models += 1;
  }
}

const asNode = (agent: Agent) =>
  new StateGraph(MessagesAnnotation)
    .addNode("agent", agent.graph)
    .addEdge(START, "agent")
    .compile();

/** The ways in which an agent can be run. */
const ways: Readonly<Record<string, (agent: Agent) => Promise<unknown>>> = {
  invoke: (agent) => agent.invoke(question),
  stream: async (agent) => readAll(await agent.stream(question)),
  "streamEvents v2": (agent) => readAll(agent.streamEvents(question, { version: "v2" })),
  "streamEvents v3": async (agent) => {
    const run = await agent.streamEvents(question, { version: "v3" });
    return run.output;
  },
  "graph.invoke, as LangGraph's server does": (agent) => agent.graph.invoke(question),
  "graph.stream": async (agent) => readAll(await agent.graph.stream(question)),
  "graph.batch": (agent) => agent.graph.batch([question]),
  "a node of another graph": (agent) => asNode(agent).invoke(question),
  "withConfig, then invoke": (agent) => agent.withConfig({ tags: ["mine"] }).invoke(question),
  "withConfig, then graph.invoke": (agent) =>
    agent.withConfig({ tags: ["mine"] }).graph.invoke(question),
  "callbacks of the call": (agent) => agent.invoke(question, { callbacks: [new Tracer()] }),
  "a callback manager": (agent) =>
    agent.invoke(question, { callbacks: new CallbackManager(undefined, {}) }),
};

describe("a loop stops after six model calls and three tool runs, and is one run", () => {
  test.for(Object.keys(ways))("%s", async (way) => {
    const registry = createRegistry();
    const events = listen(registry);
    const model = loopingModel();
    const { tool, ran } = useTool();

    const { stop } = await ending(() =>
      ways[way]!(guardAgent(createAgent({ model, tools: [tool] }), registry)),
    );

    expect([model.callCount, ran.length, stop?.reason]).toEqual([6, 3, "loop"]);
    const told = events.map(({ type }) => type);
    expect(told.filter((type) => type === "run-ended")).toHaveLength(1);
    expect(told).not.toContain("guarded-twice");
    expect(told).not.toContain("unguarded");
  });

  test.for<[what: string, guard: (agent: Agent, source: BreakerSource) => Agent]>([
    ["guarded twice", (agent, source) => guardAgent(guardAgent(agent, source), source)],
    [
      "guarded before and after withConfig",
      (agent, source) => guardAgent(guardAgent(agent, source).withConfig({ tags: ["a"] }), source),
    ],
    [
      "with the handler of the registry beside it",
      (agent, source) =>
        guardAgent(agent.withConfig({ callbacks: [new GuardCallbackHandler(source)] }), source),
    ],
  ])("%s", async ([, guard]) => {
    const registry = createRegistry();
    const events = listen(registry);
    const model = loopingModel();
    const { tool, ran } = useTool();
    const agent = guard(createAgent({ model, tools: [tool] }), registry);

    const { stop } = await ending(() => agent.invoke(question));

    expect([model.callCount, ran.length, stop?.report.used.modelCalls]).toEqual([6, 3, 6]);
    expect(events.filter(({ type }) => type === "guarded-twice")).toEqual([]);
  });

  test("with the middleware of the registry in its options", async () => {
    const registry = createRegistry({ onTrip: "finish" });
    const model = loopingModel();
    const { tool, ran } = useTool();
    const middleware = [guardMiddleware(registry)];
    const agent = guardAgent(createAgent({ model, tools: [tool], middleware }), registry);

    const { messages } = await agent.invoke(question);

    expect([model.callCount, ran.length]).toEqual([6, 3]);
    expect(messages.at(-1)?.text).toMatch(
      /^This task was stopped: the agent asked for "use" again/,
    );
  });
});

describe("the agent that is passed in stays as it is", () => {
  test("it has its own options, and runs without guard", async () => {
    const registry = createRegistry();
    const model = scriptedModel((turn) => (turn <= 8 ? [use()] : "Done."));
    const { tool, ran } = useTool();
    const agent = createAgent({ model, tools: [tool] });
    const { options } = agent;

    const guarded = guardAgent(agent, registry);

    expect(agent.options).toBe(options);
    expect(guarded).toBeInstanceOf(agent.constructor);
    await agent.invoke(question);
    expect([model.callCount, ran.length]).toEqual([9, 8]);
  });

  test("its default config and the callbacks of a call are kept", async () => {
    const tracer = new Tracer();
    const other = new Tracer();
    const model = scriptedModel(() => "Done.");
    const agent = createAgent({ model, tools: [], name: "finder" });

    const guarded = guardAgent(agent.withConfig({ callbacks: [tracer] }), createRegistry());
    await guarded.graph.invoke(question, { callbacks: [other] });

    expect(guarded.options.name).toBe("finder");
    await guarded.invoke(question);
    expect([tracer.models > 0, other.models]).toEqual([true, 1]);
  });

  test("an agent without tools gets no node for tools", () => {
    const agent = createAgent({ model: loopingModel(), tools: [] });
    expect(Object.keys(guardAgent(agent, createRegistry()).graph.nodes)).toEqual(
      Object.keys(agent.graph.nodes),
    );
  });

  test("a checkpointer that a server has set is kept", async () => {
    const agent = loopingAgent();
    const checkpointer = new MemorySaver();
    agent.checkpointer = checkpointer;
    expect(guardAgent(agent, createRegistry()).checkpointer).toBe(checkpointer);
  });
});

test("guard's middleware is before the user's own", () => {
  const mine = createMiddleware({ name: "Mine", beforeModel: () => undefined });
  const agent = createAgent({ model: loopingModel(), tools: [], middleware: [mine] });
  const { middleware } = guardAgent(agent, createRegistry()).options;
  expect(middleware?.map(({ name }) => name)).toEqual(["GuardMiddleware", "Mine"]);
});

describe("every answer to a trip", () => {
  const lastMessage: Readonly<Partial<Record<OnTrip, RegExp>>> = {
    finish: /^This task was stopped: the agent asked for "use" again/,
    "wind-down": /^The port is unknown\.$/,
  };
  test.for(["throw", "finish", "wind-down", "ask"] as const)("%s", async (onTrip) => {
    const registry = createRegistry({ onTrip });
    const { tool, ran } = useTool();
    const model = scriptedModel((_, messages) =>
      messages.some(({ text }) => text.includes("You can't call tools any more"))
        ? "The port is unknown."
        : [use()],
    );
    const checkpointer = new MemorySaver();
    const agent = guardAgent(createAgent({ model, tools: [tool], checkpointer }), registry);
    const thread = { configurable: { thread_id: "one" } };

    const { result, stop } = await ending(() => agent.invoke(question, thread));

    expect(model.callCount).toBe(onTrip === "wind-down" ? 7 : 6);
    expect(ran).toHaveLength(3);
    expect(stop?.reason).toBe(onTrip === "throw" ? "loop" : undefined);
    const expected = lastMessage[onTrip];
    if (expected !== undefined) expect(result?.messages.at(-1)?.text).toMatch(expected);
    if (onTrip !== "ask") return;
    expect(result).toMatchObject({ __interrupt__: [{ value: { guard: "trip" } }] });
    const stopped = await agent.invoke(new Command({ resume: "stop" }), thread);
    expect(stopped.messages.at(-1)?.text).toMatch(
      /^This task was stopped: the agent asked for "use" again/,
    );
  });
});

describe("other middleware", () => {
  const retry = { maxRetries: 2, initialDelayMs: 0, jitter: false, retryOn: () => true };
  const swallowing = createMiddleware({
    name: "Swallowing",
    wrapModelCall: async (request, next) => {
      try {
        return await next(request);
      } catch {
        return new AIMessage("Sorry.");
      }
    },
    wrapToolCall: async (request, next) => {
      try {
        return await next(request);
      } catch {
        return new ToolMessage({ content: "Sorry.", tool_call_id: request.toolCall.id ?? "" });
      }
    },
  });
  const neighbours: Readonly<Record<string, (spare: Model) => readonly object[]>> = {
    "tries models again": () => [langchain.modelRetryMiddleware(retry)],
    "tries tools again": () => [langchain.toolRetryMiddleware(retry)],
    "asks another model": (spare) => [langchain.modelFallbackMiddleware(spare)],
    "swallows all errors": () => [swallowing],
    "does all of that": (spare) => [
      langchain.modelRetryMiddleware(retry),
      langchain.modelFallbackMiddleware(spare),
      langchain.toolRetryMiddleware(retry),
      swallowing,
    ],
  };

  test.for(Object.keys(neighbours))("that %s pays for nothing after a stop", async (which) => {
    const model = loopingModel();
    const spare = loopingModel("spare");
    const { tool, ran } = useTool();
    const middleware = neighbours[which]!(spare) as langchain.AgentMiddleware[];
    const agent = guardAgent(createAgent({ model, tools: [tool], middleware }), createRegistry());

    const { stop } = await ending(() => agent.invoke(question));

    expect(stop?.reason).toBe("loop");
    expect([model.callCount, spare.callCount, ran.length]).toEqual([6, 0, 3]);
  });
});

test("a middleware that takes a cheaper model: guard judges the call that LangChain makes", async () => {
  const server = await startModelServer(() => ({ q: "a" }));
  onTestFinished(server.stop);
  const cheap = scriptedModel((turn) => (turn <= 5 ? [use(`file ${turn}`)] : "It is 8080."));
  const middleware = [
    createMiddleware({
      name: "Cheaper",
      wrapModelCall: (request, next) => next({ ...request, model: cheap }),
    }),
  ];
  const registry = createRegistry({
    budget: { usd: 1 },
    price: ({ model, inputTokens }) => (model === "gpt-5-mini" ? inputTokens : 0),
  });
  const made = createAgent({ model: server.client(), tools: [useTool().tool], middleware });

  const { messages } = await guardAgent(made, registry).invoke(question);

  expect([server.requests(), cheap.callCount, messages.at(-1)?.text]).toEqual([
    0,
    6,
    "It is 8080.",
  ]);
});

describe("agents in tools", () => {
  test.for(["guarded by itself, too", "not guarded by itself"])(
    "an inner agent that is %s belongs to the same run",
    async (which) => {
      const registry = createRegistry();
      const events = listen(registry);
      const innerModel = loopingModel();
      const { tool, ran } = useTool();
      const made = createAgent({ model: innerModel, tools: [tool], name: "colleague" });
      const inner = which === "not guarded by itself" ? made : guardAgent(made, registry);
      const ask = named("ask", async (q) => (await inner.invoke({ messages: q })).messages.length);
      const model = scriptedModel(() => [{ name: "ask", args: { q: "Find the port." } }]);

      const { stop } = await ending(() =>
        guardAgent(createAgent({ model, tools: [ask] }), registry).invoke(question),
      );

      expect([model.callCount, innerModel.callCount, ran.length]).toEqual([1, 6, 3]);
      expect(stop?.finding.agent).toBe("colleague");
      expect(events.filter(({ type }) => type === "run-ended")).toHaveLength(1);
    },
  );
});

test("the agent's checkpointer is read: another process knows what other branches have spent", async () => {
  const checkpointer = new MemorySaver();
  const options = { budget: { modelCalls: 3 }, onTrip: "finish" } as const;
  const start = () => {
    const model = scriptedModel(() => "It is 8080.");
    const registry = createRegistry(options);
    return { model, agent: guardAgent(createAgent({ model, tools: [], checkpointer }), registry) };
  };
  const thread = { configurable: { thread_id: "one" } };
  const first = start();
  await first.agent.invoke(question, thread);
  await first.agent.invoke(question, thread);
  const history = await readAll(first.agent.graph.getStateHistory(thread));
  const begin = history.at(-1)!.config;

  const second = start();
  await second.agent.invoke(question, begin);
  const { messages } = await second.agent.invoke(question, thread);

  expect([first.model.callCount, second.model.callCount]).toEqual([2, 1]);
  expect(messages.at(-1)?.text).toMatch(
    /^This task was stopped: the budget of 3 model calls is used up/,
  );
});

describe("a Runnable that createAgent has not made", () => {
  test("a classic AgentExecutor is guarded, with its models and tools", async () => {
    const registry = createRegistry();
    const model = loopingModel();
    const { tool, ran } = useTool();
    const executor = guardAgent(toolCallingExecutor({ model, tools: [tool] }), registry);

    for (const run of [
      () => executor.invoke({ input: "Find the port." }),
      async () => readAll(await executor.stream({ input: "Find the port." })),
      () => executor.batch([{ input: "Find the port." }]),
    ]) {
      const before = [model.callCount, ran.length] as const;
      const { stop } = await ending(run);
      expect(stop?.report.used.modelCalls).toBe(6);
      expect([model.callCount - before[0], ran.length - before[1]]).toEqual([6, 5]);
    }
  });

  test("a chain", async () => {
    const registry = createRegistry({ budget: { modelCalls: 2 } });
    const model = loopingModel();
    const chain = RunnableLambda.from(async (text: string) => {
      for (;;) await model.invoke(text);
    });
    const { stop } = await ending(() => guardAgent(chain, registry).invoke("Find the port."));
    expect([model.callCount, stop?.reason]).toEqual([2, "budget"]);
  });
});

const executor = () => toolCallingExecutor({ model: loopingModel(), tools: [] });
const answering = (onTrip: OnTrip) => createRegistry({ onTrip });

describe("a mistake is refused where it is written, with what to write instead", () => {
  const registry = createRegistry();
  const graph = new StateGraph(MessagesAnnotation)
    .addNode("agent", () => ({}))
    .addEdge(START, "agent");
  test.for<[what: string, agent: () => unknown, source: unknown, fault: string]>([
    [
      "options",
      () => ({ model: "openai:gpt-5-mini", tools: [] }),
      registry,
      "agent: expected an agent, received the options of an agent. Write guardAgent(createAgent({ … }), registry).",
    ],
    [
      "a promise",
      async () => loopingAgent(),
      registry,
      "agent: expected an agent, received a promise. Write guardAgent(await agent, registry).",
    ],
    [
      "a compiled graph",
      () => graph.compile(),
      registry,
      "agent: expected an agent, received a compiled graph. Write guardGraph(graph, registry), from @guard/langgraph.",
    ],
    [
      "a graph",
      () => graph,
      registry,
      "agent: expected an agent, received a graph that is not compiled. Write guardGraph(graph.compile(), registry), from @guard/langgraph.",
    ],
    [
      "a model",
      loopingModel,
      registry,
      "agent: expected an agent, received a model. Guard the agent that calls the model: write guardAgent(createAgent({ … }), registry).",
    ],
    [
      "arguments that are swapped",
      () => registry,
      loopingAgent(),
      "agent: expected an agent, received a registry. The registry is the second argument: write guardAgent(agent, registry).",
    ],
    [
      "nothing",
      () => undefined,
      registry,
      "agent: expected an agent, received undefined. Write guardAgent(createAgent({ … }), registry).",
    ],
    [
      "no registry",
      loopingAgent,
      undefined,
      "source: expected a registry, a breaker or a function that gives one, received undefined. Write createRegistry({ budget: { usd: 5 } }).",
    ],
    [
      "another registry than the one that guards it",
      () => guardAgent(loopingAgent(), createRegistry()),
      registry,
      "registry: another registry or breaker guards this agent already. Give each agent only one",
    ],
    [
      "an executor that is to answer",
      executor,
      answering("finish"),
      'onTrip: "finish" needs an agent of createAgent. Write guardAgent(createAgent({ … }), registry). A GuardCallbackHandler alone, and an AgentExecutor, can only "throw".',
    ],
    [
      "an agent that is to route",
      loopingAgent,
      answering("route"),
      'onTrip: "route" needs a graph. Write guardGraph(graph, registry), from @guard/langgraph.',
    ],
  ])("%s", ([, agent, source, fault]) => {
    const guard = () => {
      guardAgent(agent() as Agent, source as BreakerSource);
    };
    expect(guard).toThrow(OptionsError);
    expect(guard).toThrow(fault);
  });

  test("options that are no registry", () => {
    const options = { budget: { usd: 5 } } as unknown as BreakerSource;
    expect(() => guardAgent(loopingAgent(), options)).toThrow(/expected a registry/);
  });

  test("an unknown option", () => {
    const options: object = { handOff: () => undefined };
    expect(() => guardAgent(loopingAgent(), registry, options)).toThrow(/^handOff: /);
  });

  test('a handler alone with onTrip "finish", when its run begins', async () => {
    const model = loopingModel();
    const callbacks = [new GuardCallbackHandler(answering("finish"))];
    const { error } = await ending(() =>
      createAgent({ model, tools: [] }).invoke(question, { callbacks }),
    );
    expect(String(error)).toContain("Write guardAgent(createAgent({ … }), registry)");
    expect(model.callCount).toBe(0);
  });
});

test("a breaker in place of the registry: agents share one budget", async () => {
  const breaker = createBreaker({ shared: true, budget: { modelCalls: 3 } });
  const models = [loopingModel("one"), loopingModel("two")];
  for (const model of models) {
    const agent = guardAgent(createAgent({ model, tools: [useTool().tool] }), breaker);
    await ending(() => agent.invoke(question));
  }
  expect(models.map(({ callCount }) => callCount)).toEqual([3, 0]);
});
