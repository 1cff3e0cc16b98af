// A call that only others' reservations are in the way of: not sent, not run, and no trip.
import { CallRefusedError, createBreaker, type BreakerOptions, type Decision } from "@guard/core";
import { modelRetryMiddleware } from "langchain";
import { describe, expect, test } from "vitest";
import { ending } from "guard-test-support";
import { quietHandlerErrors, unhandled } from "guard-test-support/quiet";
import { scriptedModel, use } from "guard-test-support/langchain";
import { GuardCallbackHandler } from "../src/index.ts";
import {
  agentWith,
  createAgentInvoke,
  createAgentStream,
  executorInvoke,
  executorStream,
  toolNodeInvoke,
  type Runner,
} from "./support/runners.ts";
import { useTool } from "./support/tools.ts";

const runners: readonly (readonly [string, Runner])[] = [
  ["createAgent, invoke", createAgentInvoke],
  ["createAgent, stream", createAgentStream],
  ["createAgent with middleware around tools", agentWith({ name: "own", wrapToolCall: passOn })],
  ["AgentExecutor, invoke", executorInvoke],
  ["AgentExecutor, stream", executorStream],
  ["StateGraph + ToolNode", toolNodeInvoke],
];

function passOn<T>(request: T, next: (request: T) => unknown): unknown {
  return next(request);
}

quietHandlerErrors();

const options = {
  shared: true,
  reservations: { waitMs: 0 },
  price: () => 0.25,
  tools: { use: { usd: 0.4 } },
};

/** A budget of 1 USD. Other runs have spent 0.20 and hold 0.90: one of their calls cost more than they held. */
async function setUp(more: BreakerOptions = {}) {
  const breaker = createBreaker({ ...options, budget: { usd: 1 }, ...more });
  const other = breaker.agent("other");
  const settle = ({ token }: Decision, usd: number) =>
    other.settle(token, { status: "ignored", usage: { usd } });
  const [dear] = await other.admit([{ kind: "delegation", to: "a", estimate: { usd: 0.1 } }]);
  const [held] = await other.admit([{ kind: "delegation", to: "b", estimate: { usd: 0.9 } }]);
  await settle(dear, 0.2);
  const free = () => settle(held, 0.1);
  return { breaker, callbacks: [new GuardCallbackHandler(breaker)], free };
}

describe.each(runners)("%s", (_name, run) => {
  test("a model call is not sent, and goes through once the money is free", async () => {
    const { breaker, callbacks, free } = await setUp();
    const model = scriptedModel(() => "It is 8080.");
    const start = () => ending(() => run({ model, tools: [useTool().tool], callbacks }));

    const { error, stop } = await start();

    expect(refusalIn(error)).toMatchObject({ code: "GUARD_CALL_REFUSED", retryAfterMs: 1_000 });
    expect([stop, breaker.state, model.callCount]).toEqual([undefined, "closed", 0]);
    expect(breaker.spending.modelCalls).toBe(0);

    await free();
    expect((await start()).error).toBeUndefined();
    expect(model.callCount).toBe(1);
    expect(unhandled).toEqual([]);
  });

  test("a stopped run starts no tool, in any runner", async () => {
    const breaker = createBreaker({ ...options, budget: { usd: 1 } });
    await breaker.agent("other").admit([{ kind: "delegation", to: "a", estimate: { usd: 0.5 } }]);
    const model = scriptedModel((turn) => (turn === 1 ? [use()] : "It is 8080."));
    const used = useTool();

    const callbacks = [new GuardCallbackHandler(breaker)];
    const { error } = await ending(() => run({ model, tools: [used.tool], callbacks }));

    expect([error, breaker.state]).toEqual([undefined, "closed"]);
    expect([model.callCount, used.ran.length]).toEqual([2, 0]);
  });
});

test("waits for the money, as long as it may, and goes on", async () => {
  const waits: number[] = [];
  const wait = async (ms: number) => {
    waits.push(ms);
    if (waits.length === 2) await free();
  };
  const { callbacks, free } = await setUp({ reservations: { waitMs: 5_000 }, ports: { wait } });
  const model = scriptedModel(() => "It is 8080.");

  const { text } = await model.invoke("Find the port.", { callbacks });

  expect([text, waits]).toEqual(["It is 8080.", [1_000, 1_000]]);
});

test("modelRetryMiddleware makes an answer of it", async () => {
  const { callbacks } = await setUp();
  const model = scriptedModel(() => "It is 8080.");

  const { messages } = (await agentWith(modelRetryMiddleware({ maxRetries: 1 }))({
    model,
    tools: [],
    callbacks,
  })) as { messages: { text: string }[] };

  expect(messages.at(-1)?.text).toMatch(/^Model call failed after \d attempts? with CallRefused/);
  expect(model.callCount).toBe(0);
});

/** The refusal behind an error; LangChain's middlewares wrap what they pass on. */
function refusalIn(error: unknown): CallRefusedError | undefined {
  if (CallRefusedError.isInstance(error)) return error;
  return error instanceof Error && error.cause !== undefined ? refusalIn(error.cause) : undefined;
}
