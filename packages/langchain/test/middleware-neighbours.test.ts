// LangChain's own middlewares before and behind guard's: nothing counts twice, and a trip ends the run as
// was asked for, whichever of them catches its error.
import { createRegistry } from "@guard/core";
import * as langchain from "langchain";
import { createAgent, type AgentMiddleware } from "langchain";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { ending, listen } from "guard-test-support";
import { quietHandlerErrors, unhandled } from "guard-test-support/quiet";
import { loopingModel, scriptedModel, use } from "guard-test-support/langchain";
import { GuardCallbackHandler, guardMiddleware } from "../src/index.ts";
import { question } from "./support/runners.ts";
import { useTool } from "./support/tools.ts";

/** LangChain's own. The types that some derive for their options accept none. */
const own = langchain as unknown as Record<
  | "modelCallLimitMiddleware"
  | "toolCallLimitMiddleware"
  | "modelRetryMiddleware"
  | "toolRetryMiddleware"
  | "humanInTheLoopMiddleware",
  (options: object) => object
>;

const retry = { maxRetries: 2, initialDelayMs: 0, jitter: false };
const spare = loopingModel();

const neighbours: readonly { readonly neighbour: string; readonly made: readonly object[] }[] = [
  {
    neighbour: "modelCallLimitMiddleware",
    made: [own.modelCallLimitMiddleware({ runLimit: 20 })],
  },
  {
    neighbour: "toolCallLimitMiddleware",
    made: [own.toolCallLimitMiddleware({ runLimit: 20 })],
  },
  { neighbour: "modelRetryMiddleware", made: [own.modelRetryMiddleware(retry)] },
  {
    neighbour: "modelRetryMiddleware that retries everything",
    made: [own.modelRetryMiddleware({ ...retry, retryOn: () => true })],
  },
  { neighbour: "toolRetryMiddleware", made: [own.toolRetryMiddleware(retry)] },
  {
    neighbour: "toolRetryMiddleware that passes errors on",
    made: [own.toolRetryMiddleware({ ...retry, onFailure: "error" })],
  },
  { neighbour: "modelFallbackMiddleware", made: [langchain.modelFallbackMiddleware(spare)] },
  {
    neighbour: "humanInTheLoopMiddleware",
    made: [own.humanInTheLoopMiddleware({ interruptOn: { other: true } })],
  },
  {
    neighbour: "all of them",
    made: [
      own.modelCallLimitMiddleware({ runLimit: 20 }),
      own.toolCallLimitMiddleware({ runLimit: 20 }),
      own.modelRetryMiddleware(retry),
      langchain.modelFallbackMiddleware(spare),
      own.toolRetryMiddleware(retry),
      own.humanInTheLoopMiddleware({ interruptOn: { other: true } }),
    ],
  },
];

const orders = ["before", "behind"] as const;
const cases = neighbours.flatMap(({ neighbour, made }) =>
  orders.flatMap((order) => [1, 0].map((handlers) => ({ neighbour, made, order, handlers }))),
);
type Case = (typeof cases)[number];

quietHandlerErrors();

describe.each(cases)("$neighbour, neighbours $order guard, $handlers handlers", (given) => {
  // retries wait between their attempts
  beforeEach(() => {
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] }).setTimerTickMode("nextTimerAsync");
  });
  afterEach(() => void vi.useRealTimers());

  test("a healthy run is counted once and left alone", async () => {
    const model = scriptedModel((turn) => (turn <= 3 ? [use(`q${turn}`)] : "It is 8080."));
    const { last, bodies, spent, events } = await runBeside(given, {}, model);

    expect(last).toBe("It is 8080.");
    expect([model.callCount, bodies]).toEqual([4, 3]);
    expect(spent).toMatchObject({ modelCalls: 4, toolCalls: 3, tokens: 480 });
    expect(events).not.toContain("warn");
  });

  test("finish: 3 model calls, then guard's own answer", async () => {
    const model = loopingModel();
    const { last, error, bodies, spent } = await runBeside(given, { onTrip: "finish" }, model);

    expect(error).toBeUndefined();
    expect(last).toMatch(/^This task was stopped/);
    expect([model.callCount, bodies]).toEqual([3, 2]);
    expect(spent).toMatchObject({ modelCalls: 3 });
  });

  test("wind-down: one granted call more", async () => {
    const model = scriptedModel((_turn, messages) =>
      messages.some((message) => message.getType() === "system") ? "Perhaps." : [use()],
    );
    const { last, bodies, spent } = await runBeside(given, { onTrip: "wind-down" }, model);

    expect(last).toBe("Perhaps.");
    expect([model.callCount, bodies]).toEqual([4, 2]);
    expect(spent).toMatchObject({ modelCalls: 4 });
  });

  test("throw: the trip reaches the caller", async () => {
    const model = loopingModel();
    const { stop, last, bodies } = await runBeside(given, {}, model);

    expect([model.callCount, bodies]).toEqual([3, 2]);
    // without a handler nothing is left to throw once more what was made an answer of
    const isSwallowed =
      given.handlers === 0 &&
      given.order === "before" &&
      given.made.some((one) => "name" in one && String(one.name).startsWith("modelRetry"));
    if (isSwallowed) expect(last).toMatch(/^Model call failed/);
    else expect(stop?.reason).toBe("loop");
  });
});

/** Runs an agent with its neighbours on one side of guard's middleware. */
async function runBeside(
  { made, order, handlers }: Case,
  options: { onTrip?: "finish" | "wind-down" },
  model: ReturnType<typeof scriptedModel>,
) {
  const registry = createRegistry({ preset: "strict", ...options });
  const breaker = registry.breaker();
  const events = listen(breaker);
  const used = useTool();
  const guard = guardMiddleware(breaker);
  const middleware = order === "before" ? [...made, guard] : [guard, ...made];
  const paidBefore = spare.callCount;
  // the types of LangChain's own ones don't fit each other exactly
  const agent = createAgent({
    model,
    tools: [used.tool],
    middleware: middleware as AgentMiddleware[],
  });
  const callbacks = handlers === 1 ? { callbacks: [new GuardCallbackHandler(breaker)] } : {};
  const { result, ...ended } = await ending(() =>
    agent.invoke(question, { recursionLimit: 100, ...callbacks }),
  );
  expect(spare.callCount - paidBefore).toBe(0);
  expect(unhandled).toEqual([]);
  return {
    ...ended,
    last: result?.messages.at(-1)?.content,
    bodies: used.ran.length,
    spent: breaker.spending,
    events: events.map(({ type }) => type),
  };
}
