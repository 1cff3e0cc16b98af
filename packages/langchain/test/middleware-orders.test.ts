// Guard's middleware among LangChain's own, in every order of two and of three: nothing counts twice, nothing
// is paid after a trip, the trip gets through, and no step is added.
import { createRegistry, type OnTrip } from "@guard/core";
import { MemorySaver } from "@langchain/langgraph";
import * as langchain from "langchain";
import { createAgent, type AgentMiddleware } from "langchain";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { ending, readAll } from "guard-test-support";
import { quietHandlerErrors, unhandled } from "guard-test-support/quiet";
import { loopingModel, scriptedModel, use, type Answer } from "guard-test-support/langchain";
import { GuardCallbackHandler, guardMiddleware } from "../src/index.ts";
import { question } from "./support/runners.ts";
import { useTool } from "./support/tools.ts";

/** LangChain's own. The types that some derive for their options accept none. */
const own = langchain as unknown as Record<string, (options: object) => object>;
const spare = loopingModel();
const retry = { maxRetries: 2, initialDelayMs: 0, jitter: false };

const neighbours = {
  modelRetry: () => own["modelRetryMiddleware"]!(retry),
  modelFallback: () => langchain.modelFallbackMiddleware(spare),
  toolRetry: () => own["toolRetryMiddleware"]!(retry),
  modelCallLimit: () => own["modelCallLimitMiddleware"]!({ runLimit: 20 }),
  toolCallLimit: () => own["toolCallLimitMiddleware"]!({ runLimit: 20 }),
  humanInTheLoop: () => own["humanInTheLoopMiddleware"]!({ interruptOn: { other: true } }),
};
type Neighbour = keyof typeof neighbours;
type Order = readonly (Neighbour | "guard")[];

const names = Object.keys(neighbours) as Neighbour[];

/** Guard at every place in a list. */
const around = (others: readonly Neighbour[]): readonly Order[] =>
  Array.from({ length: others.length + 1 }, (_, at) => [
    ...others.slice(0, at),
    "guard",
    ...others.slice(at),
  ]);

const ofTwo: readonly Order[] = names.flatMap((one) => around([one]));
const ofThree: readonly Order[] = names.flatMap((one) =>
  names.filter((other) => other !== one).flatMap((other) => around([one, other])),
);
const orders = [...ofTwo, ...ofThree];

const healthy = (turn: number): Answer => (turn <= 3 ? [use(`q${turn}`)] : "It is 8080.");
const forEver = (): Answer => [use()];

interface Given {
  readonly order: Order;
  readonly handlers: number;
  readonly script: (turn: number) => Answer;
  readonly onTrip?: OnTrip;
}

/** An agent with its middlewares in that order. */
function agentIn({ order, handlers, script, onTrip = "throw" }: Given) {
  const registry = createRegistry({ preset: "strict", onTrip });
  const breaker = registry.breaker();
  const used = useTool();
  const model = scriptedModel(script);
  const middleware = order.map((name) =>
    name === "guard" ? guardMiddleware(breaker) : neighbours[name](),
  );
  const agent = createAgent({
    model,
    tools: [used.tool],
    middleware: middleware as AgentMiddleware[],
    checkpointer: new MemorySaver(),
  });
  const callbacks = handlers === 0 ? {} : { callbacks: [new GuardCallbackHandler(breaker)] };
  const config = { recursionLimit: 100, configurable: { thread_id: "one" }, ...callbacks };
  return {
    agent,
    breaker,
    run: async () => ending(() => agent.invoke(question, config)),
    /** All states that the agent goes through: one for each step, and the first. */
    states: async () =>
      readAll(agent.stream(question, { ...config, streamMode: "values" as const })),
    /** Model calls, tool bodies, and model calls as guard has counted them. */
    counts: () => [model.callCount, used.ran.length, breaker.spending.modelCalls],
  };
}

quietHandlerErrors();
// retries wait between their attempts
beforeEach(() => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] }).setTimerTickMode("nextTimerAsync");
});
afterEach(() => void vi.useRealTimers());

test("every order of two and of three", () => {
  expect(orders).toHaveLength(12 + 90);
});

/** How many steps a run takes without guard. */
const stepsOf = new Map<string, number>();
async function stepsWithout(order: Order): Promise<number> {
  const others = order.filter((name) => name !== "guard");
  const key = others.join();
  const states = stepsOf.get(key) ?? (await healthyStates(others));
  stepsOf.set(key, states);
  return states;
}

async function healthyStates(order: Order): Promise<number> {
  const states = await agentIn({ order, handlers: 1, script: healthy }).states();
  return states.length;
}

const cases = [
  ...orders.map((order) => ({ order, handlers: 1, title: order.join(", ") })),
  ...ofTwo.map((order) => ({ order, handlers: 0, title: `${order.join(", ")}, no handler` })),
];

describe("a healthy run is counted once, and takes as many steps as without guard", () => {
  test.for(cases)("$title", async ({ order, handlers }) => {
    const { states, counts, breaker } = agentIn({ order, handlers, script: healthy });
    const all = await states();
    expect((all.at(-1) as { messages: { text: string }[] }).messages.at(-1)?.text).toBe(
      "It is 8080.",
    );
    expect(counts()).toEqual([4, 3, 4]);
    expect(breaker.spending).toMatchObject({ toolCalls: 3, tokens: 480 });
    expect(all).toHaveLength(await stepsWithout(order));
  });
});

describe("a trip gets through, and nothing is paid after it", () => {
  test.for(cases)("$title: an answer", async ({ order, handlers }) => {
    const { run, counts } = agentIn({ order, handlers, script: forEver, onTrip: "finish" });
    const { result } = await run();
    expect(result?.messages.at(-1)?.text).toMatch(/^This task was stopped/);
    expect(counts()).toEqual([3, 2, 3]);
    expect([spare.callCount, unhandled]).toEqual([0, []]);
  });

  test.for(cases)("$title: an error", async ({ order, handlers }) => {
    const { run, counts } = agentIn({ order, handlers, script: forEver });
    const { stop, result } = await run();
    // without a handler nothing is left to throw once more what a retry before guard has made an answer of
    const isSwallowed = handlers === 0 && order[0] === "modelRetry";
    if (isSwallowed) expect(result?.messages.at(-1)?.text).toMatch(/^Model call failed/);
    else expect(stop?.reason).toBe("loop");
    expect(counts()).toEqual([3, 2, 3]);
    expect([spare.callCount, unhandled]).toEqual([0, []]);
  });

  test.for(cases.filter(({ handlers }) => handlers === 1))(
    "$title: a question",
    async ({ order, handlers }) => {
      const { run, counts } = agentIn({ order, handlers, script: forEver, onTrip: "ask" });
      const { result, error } = await run();
      const { __interrupt__: waiting } = (result ?? {}) as { __interrupt__?: unknown[] };
      expect(error).toBeUndefined();
      expect(waiting).toMatchObject([{ value: { guard: "trip" } }]);
      expect(counts()).toEqual([3, 2, 3]);
      expect([spare.callCount, unhandled]).toEqual([0, []]);
    },
  );
});
