// Much in LangChain catches errors: to try again, to ask another model, to tell the model. After a trip none of this code
// pays for another call, and the caller of the run gets the trip.
import { createBreaker } from "@guard/core";
import { HumanMessage } from "@langchain/core/messages";
import { RunnableLambda } from "@langchain/core/runnables";
import { MessagesAnnotation, START, StateGraph } from "@langchain/langgraph";
import { toolsCondition, ToolNode } from "@langchain/langgraph/prebuilt";
import * as langchain from "langchain";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { ending, readAll } from "guard-test-support";
import { quietHandlerErrors, unhandled } from "guard-test-support/quiet";
import { loopingModel, scriptedModel, use, named } from "guard-test-support/langchain";
import { GuardCallbackHandler } from "../src/index.ts";
import { guarded } from "./support/guarded.ts";
import { agentWith, question, type Runner, type Setup } from "./support/runners.ts";
import { useTool } from "./support/tools.ts";

const { createAgent, createMiddleware, modelFallbackMiddleware, modelRetryMiddleware } = langchain;
const { toolRetryMiddleware } = langchain;
const retry = { maxRetries: 2, initialDelayMs: 0, jitter: false };

/** What stands around the agent, and models of its own that must not be paid for. */
interface Neighbour {
  readonly neighbour: string;
  readonly run: Runner;
}

const spare = loopingModel();

const swallowing = createMiddleware({
  name: "Swallowing",
  wrapModelCall: async (request, next) => {
    try {
      return await next(request);
    } catch {
      return new langchain.AIMessage("Something went wrong, sorry.");
    }
  },
  wrapToolCall: async (request, next) => {
    try {
      return await next(request);
    } catch (error) {
      return new langchain.ToolMessage({
        content: String(error),
        tool_call_id: request.toolCall.id ?? "",
      });
    }
  },
});

const neighbours: readonly Neighbour[] = [
  { neighbour: "modelRetryMiddleware", run: agentWith(modelRetryMiddleware(retry)) },
  {
    neighbour: "modelRetryMiddleware that passes errors on",
    run: agentWith(modelRetryMiddleware({ ...retry, onFailure: "error" })),
  },
  {
    neighbour: "modelRetryMiddleware that retries everything",
    run: agentWith(modelRetryMiddleware({ ...retry, retryOn: () => true })),
  },
  { neighbour: "toolRetryMiddleware", run: agentWith(toolRetryMiddleware(retry)) },
  {
    neighbour: "toolRetryMiddleware that passes errors on",
    run: agentWith(toolRetryMiddleware({ ...retry, onFailure: "error" })),
  },
  { neighbour: "modelFallbackMiddleware", run: agentWith(modelFallbackMiddleware(spare)) },
  { neighbour: "middleware that swallows everything", run: agentWith(swallowing) },
  // not in the oldest version that is supported
  ...("toolErrorMiddleware" in langchain
    ? [
        {
          neighbour: "toolErrorMiddleware",
          run: agentWith(langchain.toolErrorMiddleware({ onError: String })),
        },
      ]
    : []),
  {
    neighbour: "all of them",
    run: agentWith(
      modelRetryMiddleware(retry),
      modelFallbackMiddleware(spare),
      toolRetryMiddleware(retry),
    ),
  },
  {
    neighbour: "model.withRetry",
    run: graphOf(({ model }) => model.withRetry({ stopAfterAttempt: 2 })),
  },
  {
    neighbour: "model.withFallbacks",
    run: graphOf(({ model }) => model.withFallbacks([spare])),
  },
  {
    neighbour: "a node that catches everything",
    run: graphOf(({ model }) =>
      RunnableLambda.from(async (messages: langchain.BaseMessage[]) => {
        try {
          return await model.invoke(messages);
        } catch {
          return new langchain.AIMessage("Something went wrong, sorry.");
        }
      }),
    ),
  },
];

quietHandlerErrors();

describe.each(neighbours)("$neighbour", ({ run }) => {
  // retries wait between their attempts
  beforeEach(() => {
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] }).setTimerTickMode("nextTimerAsync");
  });
  afterEach(() => void vi.useRealTimers());

  test.for([
    ["strict", 3, 2],
    ["a spent budget", 2, 2],
  ] as const)("%s: %i model calls", async ([what, models, bodies]) => {
    const { handler, events } = guarded(
      what === "strict" ? { preset: "strict" } : { budget: { modelCalls: 2 } },
    );
    const model = loopingModel();
    const used = useTool();
    const paidBefore = spare.callCount;

    const { error, stop } = await ending(() =>
      run({ model, tools: [used.tool], callbacks: [handler] }),
    );

    expect(stop?.reason, `ended with ${String(error)}`).toBe(what === "strict" ? "loop" : "budget");
    expect([model.callCount, used.ran.length]).toEqual([models, bodies]);
    expect(spare.callCount - paidBefore).toBe(0);
    expect(events.filter(({ type }) => type === "trip")).toHaveLength(1);
    expect(unhandled).toEqual([]);
  });
});

test("a stream rejects as well when the trip was swallowed on its way", async () => {
  const { handler } = guarded({ preset: "strict" });
  const model = loopingModel();
  const agent = createAgent({
    model,
    tools: [useTool().tool],
    middleware: [modelRetryMiddleware(retry) as langchain.AgentMiddleware],
  });

  const { stop } = await ending(() => readAll(agent.stream(question, { callbacks: [handler] })));

  expect(stop?.reason).toBe("loop");
  expect(model.callCount).toBe(3);
});

test("an agent that loops inside a tool stops the whole run, though tool nodes catch errors", async () => {
  const inner = loopingModel();
  const used = useTool();
  const helper = createAgent({ model: inner, tools: [used.tool], name: "helper" });
  const ask = named("ask_helper", async (q) => {
    const { messages } = await helper.invoke({ messages: [new HumanMessage(q)] });
    return messages.at(-1)?.content;
  });
  const outer = scriptedModel((turn) =>
    turn === 1 ? [{ name: "ask_helper", args: { q: "Find it." } }] : "Done.",
  );
  const { handler } = guarded({ preset: "strict" });

  const { stop } = await ending(() =>
    createAgent({ model: outer, tools: [ask] }).invoke(question, { callbacks: [handler] }),
  );

  expect(stop?.finding.agent).toBe("helper");
  expect([outer.callCount, inner.callCount, used.ran.length]).toEqual([1, 3, 2]);
});

test("several branches that fail at once: the trip is found behind the error of all", async () => {
  const model = loopingModel();
  const { handler } = guarded({ budget: { modelCalls: 1 } });
  const ask = async ({ messages }: typeof MessagesAnnotation.State) => ({
    messages: [await model.invoke(messages)],
  });
  const graph = new StateGraph(MessagesAnnotation)
    .addNode("one", ask)
    .addNode("two", ask)
    .addNode("three", ask)
    .addEdge(START, "one")
    .addEdge(START, "two")
    .addEdge(START, "three")
    .compile();

  const { stop } = await ending(() => graph.invoke(question, { callbacks: [handler] }));

  expect(stop?.code).toBe("GUARD_BUDGET_EXCEEDED");
  expect(model.callCount).toBe(1);
});

describe("a run that was stopped stays stopped", () => {
  test("also when the circuit's break is over", async () => {
    let now = 0;
    const { handler } = guarded({ preset: "strict", ports: { clock: () => now } });
    const model = loopingModel();
    const run = askingAgain(() => (now += 3_600_000));

    const { stop } = await ending(() =>
      run({ model, tools: [useTool().tool], callbacks: [handler] }),
    );

    expect(stop?.reason).toBe("loop");
    expect(model.callCount).toBe(3);
  });

  test("not while a human holds the circuit closed", async () => {
    const breaker = createBreaker({ preset: "strict" });
    const model = scriptedModel((turn) => (turn <= 3 ? [use()] : "Done."));
    const run = askingAgain(() => breaker.reset());

    const { error } = await ending(() =>
      run({
        model,
        tools: [useTool().tool],
        callbacks: [new GuardCallbackHandler(breaker)],
      }),
    );

    expect(error).toBeUndefined();
    expect(model.callCount).toBe(4);
  });

  test("also a branch that goes on in the background after its root", async () => {
    const { handler, registry } = guarded({ budget: { modelCalls: 2 } });
    const rootEnded = new Promise<void>((resolve) => {
      registry.on("run-ended", () => resolve());
    });
    const model = loopingModel();
    const lateModel = loopingModel();
    let late: unknown;
    const graph = new StateGraph(MessagesAnnotation)
      .addNode("busy", async ({ messages }) => {
        for (;;) await model.invoke(messages);
      })
      .addNode("slow", async ({ messages }) => {
        await rootEnded;
        late = await ending(() => lateModel.invoke(messages));
        return {};
      })
      .addEdge(START, "busy")
      .addEdge(START, "slow")
      .compile();

    const { stop } = await ending(() => graph.invoke(question, { callbacks: [handler] }));

    expect(stop?.code).toBe("GUARD_BUDGET_EXCEEDED");
    expect(late).toMatchObject({ stop: { code: "GUARD_BUDGET_EXCEEDED" } });
    expect([model.callCount, lateModel.callCount]).toEqual([2, 0]);
  });

  test("and says no time to try again: LangChain's retries would sleep that long", async () => {
    const { handler } = guarded({ preset: "strict" });

    const { stop } = await ending(() =>
      agentWith()({ model: loopingModel(), tools: [useTool().tool], callbacks: [handler] }),
    );

    expect(stop).toMatchObject({ code: "GUARD_CIRCUIT_OPEN", retryAfterMs: undefined });
  });
});

/** A model that is asked once more after its error. */
function askingAgain(between: () => void): Runner {
  return graphOf(({ model }) =>
    RunnableLambda.from(async (messages: langchain.BaseMessage[]) => {
      try {
        return await model.invoke(messages);
      } catch {
        between();
        return model.invoke(messages);
      }
    }),
  );
}

/** A graph whose model node calls the model the way that is given. */
function graphOf(
  modelOf: (setup: Setup) => { invoke(messages: langchain.BaseMessage[]): Promise<unknown> },
): Runner {
  return (setup) => {
    const called = modelOf(setup);
    return new StateGraph(MessagesAnnotation)
      .addNode("agent", async ({ messages }) => ({
        messages: [(await called.invoke(messages)) as langchain.AIMessage],
      }))
      .addNode("tools", new ToolNode(setup.tools))
      .addEdge(START, "agent")
      .addConditionalEdges("agent", toolsCondition)
      .addEdge("tools", "agent")
      .compile()
      .invoke(question, { callbacks: setup.callbacks });
  };
}
