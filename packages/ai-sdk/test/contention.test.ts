// Calls under way hold the rest of a budget: a further call does not start, and the run is not stopped.
import { CallRefusedError, createBreaker } from "@guard/core";
import { describe, expect, test } from "vitest";
import { ending } from "guard-test-support";
import { guardAI } from "../src/index.ts";
import { useTool, watchRejections } from "./support/guarded.ts";
import { runnerNames, runners } from "./support/runners.ts";
import { scriptedModel, use, type Script } from "guard-test-support/ai-sdk";

watchRejections();

const options = {
  price: () => 0.25,
  tools: { use: { usd: 0.4 } },
  budget: { usd: 1 },
  reservations: { waitMs: 0 },
};

function setUp(script: Script) {
  const breaker = createBreaker(options);
  const guard = guardAI(breaker);
  const { model, prompts } = scriptedModel(script);
  const { ran, tools } = useTool();
  const setup = { model: guard.model(model), tools: guard.tools(tools), guard };
  return { breaker, prompts, ran, setup };
}

describe.for(runnerNames)("%s", (runner) => {
  test("guard refuses a model call, and lets the next one start once the money is free", async () => {
    const { breaker, prompts, setup } = setUp(() => "It is 8080.");
    const start = () => ending(() => runners[runner](setup));
    // Of 1 USD others have spent 0.20 and hold 0.90: a call of theirs was dearer than what was held for it.
    const other = breaker.agent("other");
    const [dear] = await other.admit([{ kind: "delegation", to: "a", estimate: { usd: 0.1 } }]);
    const [held] = await other.admit([{ kind: "delegation", to: "b", estimate: { usd: 0.9 } }]);
    await other.settle(dear.token, { status: "ignored", usage: { usd: 0.2 } });

    const { error, stop } = await start();

    expect(CallRefusedError.isInstance(error)).toBe(true);
    expect(error).toMatchObject({ code: "GUARD_CALL_REFUSED", retryAfterMs: 1_000 });
    expect([stop, breaker.state, prompts.length]).toEqual([undefined, "closed", 0]);
    expect(breaker.spending.modelCalls).toBe(0);

    await other.settle(held.token, { status: "ignored", usage: { usd: 0.1 } });
    expect((await start()).result).toBe("It is 8080.");
    expect(prompts).toHaveLength(1);
  });

  test("a tool does not run", async () => {
    const { breaker, prompts, ran, setup } = setUp((turn) =>
      turn === 1 ? [use()] : "It is 8080.",
    );
    await breaker.agent("other").admit([{ kind: "delegation", to: "a", estimate: { usd: 0.5 } }]);

    const { result } = await ending(() => runners[runner](setup));

    expect(result).toContain("It is 8080.");
    expect([breaker.state, prompts.length, ran.length]).toEqual(["closed", 2, 0]);
  });
});

test("guard waits for the money, up to waitMs, and goes on", async () => {
  const waits: number[] = [];
  const breaker = createBreaker({
    ...options,
    reservations: { waitMs: 5_000 },
    ports: {
      wait: async (ms) => {
        waits.push(ms);
        if (waits.length === 2) await other.release(held.token);
      },
    },
  });
  const other = breaker.agent("other");
  const [dear] = await other.admit([{ kind: "delegation", to: "a", estimate: { usd: 0.1 } }]);
  const [held] = await other.admit([{ kind: "delegation", to: "b", estimate: { usd: 0.9 } }]);
  await other.settle(dear.token, { status: "ignored", usage: { usd: 0.2 } });
  const guard = guardAI(breaker);
  const { model } = scriptedModel(() => "It is 8080.");

  const { result } = await ending(() =>
    runners.generateText({ model: guard.model(model), tools: {}, guard }),
  );

  expect([result, waits]).toEqual(["It is 8080.", [1_000, 1_000]]);
});
