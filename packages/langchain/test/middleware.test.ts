// The middleware sees the model calls of an agent, the handler everything. However they are combined, each
// call counts once, and after a trip nothing starts but the one call that is granted.
import { createBreaker, createRegistry, type BreakerSource, type GuardOptions } from "@guard/core";
import { AIMessage, HumanMessage, type BaseMessage } from "@langchain/core/messages";
import { MessagesAnnotation, START, StateGraph } from "@langchain/langgraph";
import { createAgent, type AgentMiddleware } from "langchain";
import { describe, expect, test } from "vitest";
import { ending, listen } from "guard-test-support";
import { quietHandlerErrors, unhandled } from "guard-test-support/quiet";
import { scriptedModel, use, type Answer, named } from "guard-test-support/langchain";
import {
  GuardCallbackHandler,
  guardMiddleware,
  type GuardMiddlewareOptions,
} from "../src/index.ts";
import { question } from "./support/runners.ts";
import { useTool } from "./support/tools.ts";

type Script = (turn: number, messages: readonly BaseMessage[]) => Answer;

const forEver: Script = () => [use()];
/** Three different calls, then an answer. */
const healthy: Script = (turn) => (turn <= 3 ? [use(`q${turn}`)] : "It is 8080.");
/** The same, but gives a partial answer where it is told to come to an end. */
const heeding: Script = (_turn, messages) => (isLastWord(messages) ? "Perhaps 8080." : [use()]);

function isLastWord(messages: readonly BaseMessage[]): boolean {
  return messages.some((message) => message.getType() === "system");
}

interface Given {
  readonly script: Script;
  readonly handlers?: number;
  readonly middleware: readonly AgentMiddleware[];
  readonly input?: { messages: (BaseMessage | { role: string; content: string })[] };
  readonly recursionLimit?: number;
}

/** Runs an agent under guard, and says what ran. */
async function runAgent(
  source: BreakerSource,
  { script, handlers = 1, middleware, input = question, recursionLimit = 50 }: Given,
) {
  const used = useTool();
  const model = scriptedModel(script);
  const agent = createAgent({ model, tools: [used.tool], middleware });
  const handler = new GuardCallbackHandler(source);
  const callbacks = Array.from({ length: handlers }, () => handler);
  const { result, ...ended } = await ending(() =>
    agent.invoke(input, { recursionLimit, ...(handlers > 0 ? { callbacks } : {}) }),
  );
  return {
    ...ended,
    messages: result?.messages ?? [],
    last: result?.messages.at(-1)?.content,
    counts: [model.callCount, used.ran.length],
    requests: model.calls.map(({ messages }) => messages),
  };
}

const another = (source: BreakerSource): AgentMiddleware => ({
  ...guardMiddleware(source),
  name: "Another",
});

const none = () => [];
const single = (source: BreakerSource) => [guardMiddleware(source)];
const twice = (source: BreakerSource) => [guardMiddleware(source), another(source)];

quietHandlerErrors();

describe("each call counts once", () => {
  interface Case {
    readonly given: string;
    readonly handlers: number;
    readonly middleware: (source: BreakerSource) => readonly AgentMiddleware[];
  }
  const cases: readonly Case[] = [
    { given: "a handler", handlers: 1, middleware: none },
    { given: "a middleware", handlers: 0, middleware: single },
    { given: "both", handlers: 1, middleware: single },
    { given: "two middlewares", handlers: 0, middleware: twice },
    { given: "a handler and two middlewares", handlers: 1, middleware: twice },
    { given: "a handler twice and a middleware", handlers: 2, middleware: single },
  ];

  test.for(cases)("$given", async ({ handlers, middleware }) => {
    const breaker = createBreaker();
    const events = listen(breaker);

    const { counts, last } = await runAgent(breaker, {
      script: healthy,
      handlers,
      middleware: middleware(breaker),
    });

    expect(last).toBe("It is 8080.");
    expect(counts).toEqual([4, 3]);
    expect(breaker.spending).toMatchObject({ modelCalls: 4, toolCalls: 3, tokens: 480 });
    expect(events).toEqual([]);
  });

  test("runs one after the other on one breaker are no mistake", async () => {
    const breaker = createBreaker();
    const events = listen(breaker);
    const middleware = single(breaker);

    await runAgent(breaker, { script: healthy, handlers: 0, middleware });
    await runAgent(breaker, { script: healthy, handlers: 0, middleware });

    expect(breaker.spending).toMatchObject({ modelCalls: 8, toolCalls: 6 });
    expect(events.filter(({ type }) => type === "shared-run")).toEqual([]);
  });

  test("two runs at once of one middleware have a budget each", async () => {
    const registry = createRegistry({ budget: { modelCalls: 4 } });
    const middleware = single(registry);
    const given = { script: healthy, handlers: 0, middleware };

    const ended = await Promise.all([runAgent(registry, given), runAgent(registry, given)]);

    expect(ended.map(({ last }) => last)).toEqual(["It is 8080.", "It is 8080."]);
  });

  test("LangChain takes no two middlewares of one name", () => {
    const registry = createRegistry();
    const middleware = [guardMiddleware(registry), guardMiddleware(registry)];

    expect(() => createAgent({ model: scriptedModel(healthy), tools: [], middleware })).toThrow(
      "GuardMiddleware is defined multiple times",
    );
  });
});

describe("a trip", () => {
  const message =
    'This task was stopped: the agent asked for "use" again after 4 attempts that brought nothing new. ' +
    "Give more details, or ask for something else.";

  interface Case {
    readonly guard: GuardOptions;
    readonly options: GuardMiddlewareOptions;
    readonly handlers: number;
    readonly counts: readonly number[];
    readonly last: string | undefined;
    readonly script?: Script;
  }
  const cases: readonly Case[] = [
    { guard: {}, options: {}, handlers: 1, counts: [6, 3], last: undefined },
    { guard: {}, options: {}, handlers: 0, counts: [6, 5], last: undefined },
    { guard: {}, options: { exitBehavior: "error" }, handlers: 1, counts: [6, 3], last: undefined },
    { guard: {}, options: { exitBehavior: "end" }, handlers: 1, counts: [6, 3], last: message },
    { guard: {}, options: { exitBehavior: "end" }, handlers: 0, counts: [6, 5], last: message },
    { guard: { onTrip: "finish" }, options: {}, handlers: 1, counts: [6, 3], last: message },
    {
      guard: { onTrip: "finish" },
      options: { exitBehavior: "error" },
      handlers: 1,
      counts: [6, 3],
      last: undefined,
    },
    ...[1, 0].map((handlers) => ({
      guard: { onTrip: "wind-down" } as const,
      options: {},
      handlers,
      counts: [7, handlers === 1 ? 3 : 5], // one is granted
      script: heeding,
      last: "Perhaps 8080.",
    })),
    {
      // a model that asks for a tool all the same: guard answers in its place
      guard: { onTrip: "wind-down" },
      options: {},
      handlers: 1,
      counts: [7, 3],
      last: message,
    },
  ];

  test.for(cases)(
    "$guard, $options, $handlers handlers: $counts",
    async ({ guard, options, handlers, script = forEver, counts, last }) => {
      const registry = createRegistry(guard);
      const events = listen(registry);

      const ended = await runAgent(registry, {
        script,
        handlers,
        middleware: [guardMiddleware(registry, options)],
      });

      expect(ended.counts).toEqual(counts);
      expect(ended.last).toBe(last);
      expect(ended.stop?.reason).toBe(last === undefined ? "loop" : undefined);
      expect(events.filter(({ type }) => type === "trip")).toHaveLength(1);
      expect(unhandled).toEqual([]);
      const asked = ended.messages.flatMap((one) =>
        AIMessage.isInstance(one) ? one.tool_calls : [],
      );
      const results = ended.messages.filter((one) => one.getType() === "tool");
      if (last !== undefined) expect(results).toHaveLength(asked?.length ?? 0);
    },
  );

  test.for([1, 0])("an operator stops the run: no last answer, %i handlers", async (handlers) => {
    const registry = createRegistry({ onTrip: "wind-down" });

    const ended = await runAgent(registry, {
      script: () => {
        registry.stop({}, { by: "ops", why: "incident" });
        return [use()];
      },
      handlers,
      middleware: [guardMiddleware(registry)],
    });

    expect(ended.last).toContain("an operator stopped it");
    expect(ended.counts).toEqual([1, 0]);
  });

  test("a spent budget: what finalAnswer keeps back is for the last answer", async () => {
    const breaker = createBreaker({
      onTrip: "wind-down",
      budget: { tokens: 1_000, finalAnswer: { tokens: 400 } },
    });

    const { last, requests } = await runAgent(breaker, {
      script: (turn, messages) => (isLastWord(messages) ? "Perhaps." : [use(`q${turn}`)]),
      middleware: [guardMiddleware(breaker)],
    });

    expect(last).toBe("Perhaps.");
    expect(requests.filter(isLastWord)).toHaveLength(1);
    expect(breaker.spending.tokens).toBeLessThanOrEqual(1_000);
  });

  test("in a tool's agent: the outer one winds down, once", async () => {
    const registry = createRegistry({ preset: "strict", onTrip: "wind-down" });
    const inner = scriptedModel(forEver);
    const used = useTool();
    const middleware = [guardMiddleware(registry)];
    const helper = createAgent({ model: inner, tools: [used.tool], middleware, name: "helper" });
    const ask = named("ask_helper", async (q) => {
      const { messages } = await helper.invoke({ messages: [new HumanMessage(q)] });
      return messages.at(-1)?.content;
    });
    const outer = scriptedModel((_turn, messages) =>
      isLastWord(messages) ? "Perhaps." : [{ name: "ask_helper", args: { q: "Find it." } }],
    );
    const agent = createAgent({ model: outer, tools: [ask], middleware });

    const { result } = await ending(() =>
      agent.invoke(question, { callbacks: [new GuardCallbackHandler(registry)] }),
    );

    expect(result?.messages.at(-1)?.content).toBe("Perhaps.");
    expect([outer.callCount, inner.callCount, used.ran.length]).toEqual([2, 3, 2]);
  });

  test("another model can't take the granted call", async () => {
    const registry = createRegistry({ onTrip: "wind-down", budget: { modelCalls: 0 } });
    const granted = new Promise<void>((resolve) => {
      registry.on("override", () => resolve());
    });
    const other = scriptedModel(() => "never");
    const model = scriptedModel(() => "Perhaps.");
    const agent = createAgent({ model, tools: [], middleware: [guardMiddleware(registry)] });
    const graph = new StateGraph(MessagesAnnotation)
      .addNode("agent", agent.graph)
      .addNode("beside", async ({ messages }) => {
        await granted;
        await other.invoke(messages).catch(() => {});
        return {};
      })
      .addEdge(START, "agent")
      .addEdge(START, "beside")
      .compile();

    const { result } = await ending(() =>
      graph.invoke(question, { callbacks: [new GuardCallbackHandler(registry)] }),
    );

    expect([model.callCount, other.callCount]).toEqual([1, 0]);
    expect(result?.messages.at(-1)?.text).toBe("Perhaps.");
  });

  test("calls that a thread has left unanswered have a result in the last request", async () => {
    const breaker = createBreaker({ onTrip: "wind-down", budget: { modelCalls: 0 } });
    const calls = ["one", "two"].map((id) => ({ id, name: "use", args: {} }));
    const asked = new AIMessage({ content: "", tool_calls: calls });

    const { requests, counts } = await runAgent(breaker, {
      script: heeding,
      middleware: [guardMiddleware(breaker)],
      input: { messages: [new HumanMessage("Find it."), asked, new HumanMessage("And?")] },
    });

    expect(
      requests[0]!.map((one) => [one.getType(), "tool_call_id" in one && one.tool_call_id]),
    ).toEqual([
      ["system", false],
      ["human", false],
      ["ai", false],
      ["tool", "one"],
      ["tool", "two"],
      ["human", false],
    ]);
    expect(counts).toEqual([1, 0]);
  });
});

describe("notes", () => {
  const note =
    'Note: you asked for "use" again after 1 attempt that brought nothing new. Use what you already know, ' +
    "change the arguments, use another tool, or give your final answer.";

  test.for([1, 0])(
    "stay in each later request, and out of the state; %i handlers",
    async (handlers) => {
      const breaker = createBreaker();

      const { requests, messages } = await runAgent(breaker, {
        script: (turn) => (turn <= 3 ? [use()] : turn === 4 ? [use("b")] : "Done."),
        handlers,
        middleware: [guardMiddleware(breaker)],
      });

      // The same words in each request: else the provider's cache of the prompt would begin anew.
      const noted = { tool_call_id: "call-3-0", content: `a is there\n\n${note}` };
      expect(requests[3]!.at(-1)).toMatchObject(noted);
      expect(requests[4]![6]).toMatchObject(noted);
      const elsewhere = [requests.slice(0, 3), requests[4]!.toSpliced(6, 1), messages];
      expect(JSON.stringify(elsewhere).includes("Note:")).toBe(false);
    },
  );

  test.for([1, 0])(
    "are no part of a result: an unknown tool is stopped alike; %i handlers",
    async (handlers) => {
      const breaker = createBreaker();

      const { counts, stop } = await runAgent(breaker, {
        script: () => [{ name: "nobody", args: {} }],
        handlers,
        middleware: [guardMiddleware(breaker)],
      });

      expect(stop?.finding.tool).toBe("nobody");
      expect(counts).toEqual([6, 0]);
    },
  );
});

test("a refused call that no handler refuses runs, and what it brings is heard", async () => {
  const breaker = createBreaker();

  const { last, counts } = await runAgent(breaker, {
    script: (turn) => (turn <= 5 ? [use()] : "Done."),
    handlers: 0,
    middleware: [guardMiddleware(breaker)],
  });

  expect(last).toBe("Done.");
  expect(counts).toEqual([6, 5]);
});

test.for([
  [25, 1],
  [25, 0],
  [26, 1],
  [26, 0],
] as const)("costs no steps of a recursion limit of %i; %i handlers", async ([limit, handlers]) => {
  const given = {
    script: ((turn) => (turn <= 12 ? [use(`q${turn}`)] : "Done.")) satisfies Script,
    handlers,
    recursionLimit: limit,
  };
  const breaker = createBreaker();

  const plain = await runAgent(breaker, { ...given, handlers: 0, middleware: [] });
  const own = await runAgent(breaker, { ...given, middleware: [guardMiddleware(breaker)] });

  expect(own.counts).toEqual(plain.counts);
  expect(own.last).toBe(limit === 26 ? "Done." : undefined);
  expect(own.last).toBe(plain.last);
});

describe("what can't be obeyed is refused", () => {
  test.for(["finish", "wind-down", "ask"] as const)("%s without a middleware", async (onTrip) => {
    const { error, counts } = await runAgent(createBreaker({ onTrip }), {
      script: healthy,
      middleware: [],
    });

    expect(String(error)).toContain(
      `onTrip: "${onTrip}" needs an agent of createAgent. Write guardAgent(createAgent({ … }), registry).`,
    );
    expect(counts).toEqual([0, 0]);
  });

  test.for([1, 0])("route, also with one; %i handlers", async (handlers) => {
    const breaker = createBreaker({ onTrip: "route" });
    const { error, counts } = await runAgent(breaker, {
      script: healthy,
      handlers,
      middleware: [guardMiddleware(breaker)],
    });

    expect(String(error)).toContain(
      'onTrip: "route" needs a graph. Write guardGraph(graph, registry), from @guard/langgraph.',
    );
    expect(counts).toEqual([0, 0]);
  });
});
