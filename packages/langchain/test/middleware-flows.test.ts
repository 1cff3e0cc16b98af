// The middleware in streams, behind interrupts, and where a run is stopped between an answer and its tools.
import { createBreaker } from "@guard/core";
import { HumanMessage, type BaseMessage } from "@langchain/core/messages";
import { Command, MemorySaver } from "@langchain/langgraph";
import { createAgent, createMiddleware, type AgentMiddleware } from "langchain";
import * as langchain from "langchain";
import { describe, expect, test } from "vitest";
import { ending, readAll } from "guard-test-support";
import { quietHandlerErrors, unhandled } from "guard-test-support/quiet";
import { scriptedModel, use, named } from "guard-test-support/langchain";
import { GuardCallbackHandler, guardMiddleware } from "../src/index.ts";
import { question } from "./support/runners.ts";
import { useTool } from "./support/tools.ts";

const isLastWord = (messages: readonly BaseMessage[]) =>
  messages.some((message) => message.getType() === "system");

quietHandlerErrors();

test.for(["values", "updates", "messages"] as const)(
  "a stream of %s ends with the partial answer",
  async (streamMode) => {
    const breaker = createBreaker({ onTrip: "wind-down" });
    const used = useTool();
    const model = scriptedModel((_turn, asked) => (isLastWord(asked) ? "Perhaps." : [use()]));
    const agent = createAgent({
      model,
      tools: [used.tool],
      middleware: [guardMiddleware(breaker)],
    });
    const callbacks = [new GuardCallbackHandler(breaker)];

    const { result, error } = await ending(() =>
      readAll(agent.stream(question, { callbacks, streamMode })),
    );

    expect(error).toBeUndefined();
    expect(JSON.stringify(result?.at(-1))).toContain("Perhaps.");
    expect([model.callCount, used.ran.length]).toEqual([7, 3]);
  },
);

test("a break that is over before the outer agent hears of it: still one last call", async () => {
  let now = 0;
  const breaker = createBreaker({
    preset: "strict",
    onTrip: "wind-down",
    ports: { clock: () => now },
  });
  const middleware = [guardMiddleware(breaker)];
  const inner = scriptedModel(() => [use()]);
  const used = useTool();
  const helper = createAgent({ model: inner, tools: [used.tool], middleware, name: "helper" });
  const ask = named("ask_helper", async (q) => {
    const { messages } = await helper.invoke({ messages: [new HumanMessage(q)] });
    now += 3_600_000;
    return messages.at(-1)?.content;
  });
  const outer = scriptedModel((_turn, asked) =>
    isLastWord(asked) ? "Perhaps." : [{ name: "ask_helper", args: { q: "Find it." } }],
  );
  const agent = createAgent({ model: outer, tools: [ask], middleware });

  const { result } = await ending(() =>
    agent.invoke(question, { callbacks: [new GuardCallbackHandler(breaker)] }),
  );

  expect(result?.messages.at(-1)?.content).toBe("Perhaps.");
  expect([outer.callCount, inner.callCount, used.ran.length]).toEqual([2, 3, 2]);
});

describe("stopped between an answer and its tools", () => {
  const passThrough = createMiddleware({
    name: "PassThrough",
    wrapToolCall: (request, next) => next(request),
  });

  test.for([
    ["no other middleware", []],
    ["a middleware around tool calls", [passThrough]],
  ] as const)("with %s: no body runs, and the run ends with an answer", async ([, others]) => {
    const breaker = createBreaker({ onTrip: "finish" });
    const used = useTool();
    const model = scriptedModel(() => [use("a"), use("b")]);
    const stopping = createMiddleware({
      name: "Stopping",
      afterModel: () => {
        breaker.override({ force: "open", by: "ops", why: "enough" });
      },
    });
    const agent = createAgent({
      model,
      tools: [used.tool],
      middleware: [guardMiddleware(breaker), stopping, ...others],
    });

    const { result, error } = await ending(() =>
      agent.invoke(question, { callbacks: [new GuardCallbackHandler(breaker)] }),
    );

    expect(error).toBeUndefined();
    expect(result?.messages.at(-1)?.content).toMatch(/^This task was stopped/);
    expect([model.callCount, used.ran.length]).toEqual([1, 0]);
    expect(unhandled).toEqual([]);
  });
});

test.for([1, 0])("an approval is no second call; %i handlers", async (handlers) => {
  const breaker = createBreaker({ onTrip: "finish" });
  const used = useTool();
  const model = scriptedModel((turn) => (turn === 1 ? [use()] : "Done."));
  const { humanInTheLoopMiddleware } = langchain as unknown as {
    humanInTheLoopMiddleware: (options: object) => AgentMiddleware;
  };
  const agent = createAgent({
    model,
    tools: [used.tool],
    middleware: [
      guardMiddleware(breaker),
      humanInTheLoopMiddleware({ interruptOn: { use: { allowedDecisions: ["approve"] } } }),
    ],
    checkpointer: new MemorySaver(),
  });
  const callbacks = [new GuardCallbackHandler(breaker)];
  const config = {
    configurable: { thread_id: "one" },
    ...(handlers === 1 ? { callbacks } : {}),
  };

  await agent.invoke(question, config);
  const between = used.ran.length;
  const approved = new Command({ resume: { decisions: [{ type: "approve" }] } });
  const { messages } = await agent.invoke(approved, config);

  expect(messages.at(-1)?.content).toBe("Done.");
  expect([model.callCount, between, used.ran.length]).toEqual([2, 0, 1]);
  expect(breaker.spending).toMatchObject({ modelCalls: 2, toolCalls: 1 });
});
