// A call that only others' reservations are in the way of: not sent, not run, and no trip.
import { CallRefusedError, createBreaker, type Decision } from "@guard/core";
import { modelRetryMiddleware } from "langchain";
import { describe, expect, test } from "vitest";
import { GuardCallbackHandler } from "../src/index.ts";
import { ending, quietHandlerErrors, unhandled } from "./support/guarded.ts";
import {
  agentWith,
  createAgentInvoke,
  createAgentStream,
  executorInvoke,
  executorStream,
  toolNodeInvoke,
  type Runner,
} from "./support/runners.ts";
import { scriptedModel, use } from "./support/scripted-model.ts";
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

/** A run's budget of 1 USD, of which another agent's call in flight holds 0.90; an answer costs 0.25. */
async function setUp() {
  const breaker = createBreaker({ shared: true, budget: { usd: 1 }, price: () => 0.25 });
  const other = breaker.agent("other");
  const [held] = await other.admit([{ kind: "model", estimate: { usd: 0.9 } }]);
  const settle = (decision: Decision) =>
    other.settle(decision.token, { status: "success", usage: { usd: 0.1 } });
  return { breaker, callbacks: [new GuardCallbackHandler(breaker)], free: () => settle(held) };
}

describe.each(runners)("%s", (_name, run) => {
  test("a model call is not sent, and goes through once the money is free", async () => {
    const { breaker, callbacks, free } = await setUp();
    const model = scriptedModel(() => "It is 8080.");
    const start = () => ending(() => run({ model, tools: [useTool().tool], callbacks }));

    await start();
    const { error, stop } = await start();

    const refused = refusalIn(error);
    expect(refused).toMatchObject({ code: "GUARD_CALL_REFUSED", retryAfterMs: 1_000 });
    expect([stop, breaker.state, model.callCount]).toEqual([undefined, "closed", 1]);
    expect(breaker.spending).toMatchObject({ modelCalls: 2, usd: 0.25 });

    await free();
    expect((await start()).error).toBeUndefined();
    expect(model.callCount).toBe(2);
    expect(unhandled).toEqual([]);
  });

  test("a tool does not run, whoever runs the tools", async () => {
    const { breaker, callbacks } = await setUp();
    const model = scriptedModel(() => [use()]);
    const used = useTool();

    const { error, stop } = await ending(() => run({ model, tools: [used.tool], callbacks }));

    expect(refusalIn(error)?.finding).toMatchObject({ ceiling: "usd", limit: 1 });
    expect([stop, breaker.state]).toEqual([undefined, "closed"]);
    expect([model.callCount, used.ran.length]).toEqual([1, 0]);
  });
});

test("withRetry waits as long as it is told, and asks again", async () => {
  const { breaker, callbacks, free } = await setUp();
  const model = scriptedModel(() => "It is 8080.");
  await model.invoke("Find the port.", { callbacks });
  breaker.on("block", () => {
    setTimeout(() => void free(), 100);
  });

  const started = performance.now();
  const retrying = model.withRetry({ stopAfterAttempt: 2 });
  const { text } = await retrying.invoke("Find the port.", { callbacks });

  expect(text).toBe("It is 8080.");
  expect(performance.now() - started).toBeGreaterThanOrEqual(990);
  expect(model.callCount).toBe(2);
});

test("modelRetryMiddleware makes an answer of it", async () => {
  const { callbacks } = await setUp();
  const model = scriptedModel(() => "It is 8080.");
  await model.invoke("Find the port.", { callbacks });

  const { messages } = (await agentWith(modelRetryMiddleware({ maxRetries: 1 }))({
    model,
    tools: [],
    callbacks,
  })) as { messages: { text: string }[] };

  expect(messages.at(-1)?.text).toMatch(/^Model call failed after \d attempts? with CallRefused/);
  expect(model.callCount).toBe(1);
});

/** The refusal behind an error; LangChain's middlewares wrap what they pass on. */
function refusalIn(error: unknown): CallRefusedError | undefined {
  if (CallRefusedError.isInstance(error)) return error;
  return error instanceof Error && error.cause !== undefined ? refusalIn(error.cause) : undefined;
}
