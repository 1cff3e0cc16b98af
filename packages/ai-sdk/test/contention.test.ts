// A call that only others' reservations are in the way of: not sent, not run, and no trip.
import { CallRefusedError, createBreaker } from "@guard/core";
import { describe, expect, test } from "vitest";
import { guardAI } from "../src/index.ts";
import { ending, useTool, watchRejections } from "./support/guarded.ts";
import { runnerNames, runners } from "./support/runners.ts";
import { scriptedModel, use, type Script } from "./support/scripted-model.ts";

watchRejections();

/** A run's budget of 1 USD, of which another agent's call in flight holds 0.90; an answer costs 0.25. */
async function setUp(script: Script) {
  const breaker = createBreaker({ budget: { usd: 1 }, price: () => 0.25 });
  const other = breaker.agent("other");
  const [{ token }] = await other.admit([{ kind: "model", estimate: { usd: 0.9 } }]);
  const free = () => other.settle(token, { status: "success", usage: { usd: 0.1 } });
  const guard = guardAI(breaker);
  const { model, prompts } = scriptedModel(script);
  const { ran, tools } = useTool();
  const setup = { model: guard.model(model), tools: guard.tools(tools), guard };
  return { breaker, free, prompts, ran, setup };
}

describe.for(runnerNames)("%s", (runner) => {
  test("a model call is not sent, and goes through once the money is free", async () => {
    const { breaker, free, prompts, setup } = await setUp(() => "It is 8080.");
    const start = () => ending(() => runners[runner](setup));

    expect((await start()).result).toBe("It is 8080.");
    const { error, stop } = await start();

    expect(CallRefusedError.isInstance(error)).toBe(true);
    expect(error).toMatchObject({ code: "GUARD_CALL_REFUSED", retryAfterMs: 1_000 });
    expect([stop, breaker.state, prompts.length]).toEqual([undefined, "closed", 1]);
    expect(breaker.spending).toMatchObject({ modelCalls: 2, usd: 0.25 });

    await free();
    expect((await start()).result).toBe("It is 8080.");
    expect(prompts).toHaveLength(2);
  });

  test("a tool does not run", async () => {
    const { breaker, prompts, ran, setup } = await setUp(() => [use()]);

    const { error, stop } = await ending(() => runners[runner](setup));

    expect(error).toMatchObject({ finding: { ceiling: "usd", limit: 1 }, retryAfterMs: 1_000 });
    expect([stop, breaker.state]).toEqual([undefined, "closed"]);
    expect([prompts.length, ran.length]).toEqual([1, 0]);
  });
});
