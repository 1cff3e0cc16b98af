// What is alive keeps its latch and its money, whatever goes on beside it, after it, or without a word.
import { createBreaker, createRegistry, findCircuitOpen } from "@guard/core";
import { manualClock } from "@guard/testing";
import { BaseCallbackHandler } from "@langchain/core/callbacks/base";
import { RunnableLambda, type RunnableConfig } from "@langchain/core/runnables";
import { createAgent } from "langchain";
import { ending, listen } from "guard-test-support";
import { loopingModel, named, scriptedModel, use, useTool } from "guard-test-support/langchain";
import { quietHandlerErrors } from "guard-test-support/quiet";
import { describe, expect, test } from "vitest";
import { GuardCallbackHandler } from "../src/index.ts";
import { question } from "./support/runners.ts";

quietHandlerErrors();

/** Stands after guard, and refuses a model call that guard has allowed. */
class Refusing extends BaseCallbackHandler {
  readonly name = "refusing";
  override raiseError = true;
  override awaitHandlers = true;
  readonly #isRefused: () => boolean;

  constructor(isRefused: () => boolean) {
    super();
    this.#isRefused = isRefused;
  }

  override handleChatModelStart(): void {
    if (this.#isRefused()) throw new Error("not on weekends");
  }
}

describe("a model call that another handler keeps from being made", () => {
  const limits = { user: { usd: 100 } };

  test("what was held for it is given back when the run ends", async () => {
    const registry = createRegistry({ limits, accounts: { user: "42" } });
    const model = scriptedModel(() => "Done.");
    const callbacks = [new GuardCallbackHandler(registry), new Refusing(() => true)];

    const { error } = await ending(() =>
      createAgent({ model, tools: [] }).invoke(question, { callbacks }),
    );

    expect(String(error)).toContain("not on weekends");
    expect(model.callCount).toBe(0);
    const [balance] = await registry.balances("user:42");
    expect(balance).toMatchObject({ tokens: 0, usd: 0, reservedUsd: 0 });
    expect(await registry.ledger.audit()).toMatchObject({ ok: true });
  });

  test("what was held for it is given back when the run goes on", async () => {
    const registry = createRegistry({ limits, accounts: { user: "42" } });
    const model = scriptedModel(() => "Done.");
    let asked = 0;
    const guard = new GuardCallbackHandler(registry);
    const callbacks = [guard, new Refusing(() => (asked += 1) === 1)];
    const agent = createAgent({ model, tools: [] });
    const patient = RunnableLambda.from(async (input: typeof question, config: RunnableConfig) => {
      await agent.invoke(input, config).catch(() => {});
      const answer = await agent.invoke(input, config);
      return { answer, held: await registry.balances("user:42") };
    });

    const { held } = await patient.invoke(question, { callbacks });

    expect(model.callCount).toBe(1);
    expect(held[0]).toMatchObject({ tokens: 120, reservedUsd: 0 });
  });
});

test("work in the background after a good end goes on under the same budget", async () => {
  const registry = createRegistry({ budget: { modelCalls: 3 } });
  const events = listen(registry);
  const model = scriptedModel(() => "Done.");
  let later = Promise.resolve<unknown>(undefined);
  const agent = RunnableLambda.from(async (text: string, config: RunnableConfig) => {
    await model.invoke(text, config);
    const background = async () => {
      await new Promise((resolve) => void setImmediate(resolve));
      for (let call = 1; call <= 5; call += 1) await model.invoke(text, config);
    };
    later = background().catch((error: unknown) => error);
    return "Done.";
  });

  await agent.invoke("Find the port.", { callbacks: [new GuardCallbackHandler(registry)] });
  const ended = events.filter(({ type }) => type === "run-ended");
  const error = await later;

  expect(ended).toHaveLength(1);
  expect(model.callCount).toBe(3);
  expect(findCircuitOpen(error)?.code).toBe("GUARD_BUDGET_EXCEEDED");
  expect(await registry.ledger.audit()).toMatchObject({ ok: true });
});

test("a member of a crew that began before the trip asks nothing after its break", async () => {
  const clock = manualClock();
  const breaker = createBreaker({ preset: "strict", shared: true, ports: { clock } });
  const callbacks = [new GuardCallbackHandler(breaker)];
  const looping = loopingModel();
  const used = useTool();
  const slow = named("slow", async () => {
    const { stop } = await ending(() =>
      createAgent({ model: looping, tools: [used.tool] }).invoke(question, {
        callbacks,
        runId: crypto.randomUUID(),
      }),
    );
    clock.advance(31_000);
    return `stopped: ${stop?.reason}`;
  });
  const model = scriptedModel((turn) =>
    turn === 1 ? [{ name: "slow", args: { q: "a" } }] : [use(turn)],
  );

  const { stop } = await ending(() =>
    createAgent({ model, tools: [slow, used.tool] }).invoke(question, { callbacks }),
  );

  expect(stop?.reason).toBe("loop");
  expect([looping.callCount, model.callCount]).toEqual([3, 1]);

  const next = scriptedModel(() => "Done.");
  const { error } = await ending(() =>
    createAgent({ model: next, tools: [] }).invoke(question, { callbacks }),
  );
  expect([next.callCount, error]).toEqual([1, undefined]); // what begins after the break may try
});
