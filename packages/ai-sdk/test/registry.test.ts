// A registry, and calls outside of guard.run: guard knows the requests of a run by the answers in their history.
import { createRegistry, type GuardEvent } from "@guard/core";
import { wrapLanguageModel } from "ai";
import { ending } from "guard-test-support";
import { scriptedModel, use } from "guard-test-support/ai-sdk";
import { describe, expect, test } from "vitest";
import { guardAI } from "../src/index.ts";
import { useTool, watchRejections } from "./support/guarded.ts";
import { runnerNames, runners } from "./support/runners.ts";

watchRejections();

describe.for(runnerNames)("%s", (runner) => {
  /** What one call has run: it asks for so many tools, and its ids are those of all others. */
  const call = async (guard: ReturnType<typeof guardAI>, calls: number) => {
    const { model, prompts } = scriptedModel((turn) =>
      turn > calls ? "It is 8080." : [{ ...use(`file ${turn}`), id: `call_${turn}` }],
    );
    const setup = { model: guard.model(model), tools: guard.tools(useTool().tools), guard };
    const { stop } = await ending(() => runners[runner](setup));
    return [prompts.length, stop?.reason];
  };

  test("each call is a run of its own, which ends, and guard reports no mistake", async () => {
    const registry = createRegistry({ budget: { modelCalls: 5 } });
    const events: GuardEvent[] = [];
    registry.on("*", (event) => events.push(event));
    const guard = guardAI(registry);

    const seen = [await call(guard, 4), await call(guard, 9), await call(guard, 4)];

    const whole = [5, undefined];
    expect(seen).toEqual([whole, [5, "budget"], whole]);
    const types = events.map(({ type }) => type).filter((type) => type !== "budget-alert");
    expect(types.filter((type) => type === "run-ended")).toHaveLength(3);
    expect(types).not.toContain("breaker-per-call");
  });

  test("a stopped run does not stop another run", async () => {
    const guard = guardAI(createRegistry({ budget: { modelCalls: 5 } }));
    const seen = await Promise.all(
      [guard.run(() => call(guard, 9)), guard.run(() => call(guard, 4))].map(reached),
    );
    expect(seen).toEqual(["budget", [5, undefined]]);
  });
});

test("two calls that guard can't tell apart: guard mixes no runs, and says what to write", async () => {
  const registry = createRegistry({ warnings: false });
  const advice: string[] = [];
  registry.on("breaker-per-call", (event) => void advice.push(event.advice));
  const guard = guardAI(registry);
  const ask = () => {
    const { model } = scriptedModel((turn) =>
      turn > 3 ? "It is 8080." : [{ ...use(`file ${turn}`), id: `call_${turn}` }],
    );
    return runners.generateText({ model: guard.model(model), tools: guard.tools(useTool().tools) });
  };

  expect(await Promise.all([ask(), ask()])).toEqual(["It is 8080.", "It is 8080."]);
  expect(advice[0]).toMatch(/guard\.run\(\(\) => generateText/);
  advice.length = 0;
  await Promise.all([guard.run(ask), guard.run(ask)]);
  expect(advice).toEqual([]);
});

test("a middleware that swallows the trip and asks again gets no answer", async () => {
  const guard = guardAI(createRegistry({ budget: { modelCalls: 3 } }));
  const { model, prompts } = scriptedModel((turn) => [use(`file ${turn}`)]);
  let swallowed = 0;
  const again = wrapLanguageModel({
    model: guard.model(model),
    middleware: {
      specificationVersion: "v4",
      wrapGenerate: async ({ doGenerate }) => {
        for (let attempt = 0; ; attempt += 1) {
          try {
            return await doGenerate();
          } catch (error) {
            swallowed += 1;
            if (attempt === 5) throw error;
          }
        }
      },
    },
  });

  const { stop } = await ending(() =>
    runners.generateText({ model: again, tools: guard.tools(useTool().tools) }),
  );

  expect([prompts.length, swallowed, stop?.reason]).toEqual([3, 6, "budget"]);
});

/** What came of a run: the reason of its stop, or its result. */
async function reached(run: Promise<unknown>) {
  const { stop, result } = await ending(() => run);
  return stop?.reason ?? result;
}
