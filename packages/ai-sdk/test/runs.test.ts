import { createBreaker, createRegistry, findCircuitOpen, type GuardOptions } from "@guard/core";
import { APICallError, generateText, isStepCount, streamText } from "ai";
import { MockLanguageModelV4 } from "ai/test";
import { describe, expect, test } from "vitest";
import { ending } from "guard-test-support";
import { guardAI } from "../src/index.ts";
import { guarded, prompt, useTool, watchRejections } from "./support/guarded.ts";
import { runnerNames, runners } from "./support/runners.ts";
import { scriptedModel, tokensPerAnswer, use, type Script } from "guard-test-support/ai-sdk";

watchRejections();

const looping: Script = () => [use()];
const working: Script = (turn) => [use(`file ${turn}`)];

describe("budgets", () => {
  test.for([
    { budget: { modelCalls: 3 }, calls: 3, bodies: 3 },
    { budget: { tokens: 3 * tokensPerAnswer }, calls: 3, bodies: 2 },
    { budget: { toolCalls: 3 }, calls: 4, bodies: 3 },
  ])("$budget: $calls calls, $bodies bodies", async ({ budget, calls, bodies }) => {
    for (const runner of runnerNames) {
      const { model, prompts } = scriptedModel(working);
      const { ran, tools } = useTool();
      const { guard } = guarded({ budget });

      const { stop } = await ending(() =>
        runners[runner]({ model: guard.model(model), tools: guard.tools(tools) }),
      );

      expect([runner, prompts.length, ran.length, stop?.code]).toEqual([
        runner,
        calls,
        bodies,
        "GUARD_BUDGET_EXCEEDED",
      ]);
    }
  });

  test.for(runnerNames)(
    "%s: a final answer that was paid for is not thrown away",
    async (runner) => {
      const { model } = scriptedModel(() => "It is 8080.");
      const { guard } = guarded({ budget: { tokens: tokensPerAnswer } });
      const setup = { model: guard.model(model), tools: {} };

      expect(await runners[runner](setup)).toBe("It is 8080.");

      const { stop } = await ending(() => runners[runner](setup));
      expect(stop?.reason).toBe("budget");
    },
  );
});

describe("whose run it is", () => {
  test("two runs at once with a breaker each don't count for each other", async () => {
    const registry = createRegistry();
    const start = (script: Script) => {
      const guard = guardAI(registry.breaker());
      const { model, prompts } = scriptedModel(script);
      const setup = { model: guard.model(model), tools: guard.tools(useTool().tools) };
      return ending(() => runners.generateText(setup)).then(({ stop, result }) => [
        prompts.length,
        stop?.reason ?? result,
      ]);
    };

    const ends = await Promise.all([
      start(looping),
      start((turn) => (turn < 4 ? [use(`${turn}`)] : "It is 8080.")),
      start(looping),
    ]);

    expect(ends).toEqual([
      [6, "loop"],
      [4, "It is 8080."],
      [6, "loop"],
    ]);
  });

  test.for(runnerNames)("%s: after a trip, guard calls no other agent's model", async (runner) => {
    const breaker = createBreaker({ preset: "strict" });
    const start = (agent: string) => {
      const guard = guardAI(breaker, { agent });
      const { model, prompts } = scriptedModel(looping);
      const setup = { model: guard.model(model), tools: guard.tools(useTool().tools) };
      return ending(() => runners[runner](setup)).then(({ stop }) => [
        prompts.length,
        stop?.finding.agent,
      ]);
    };

    expect(await start("researcher")).toEqual([3, "researcher"]);
    expect(await start("writer")).toEqual([0, "researcher"]);
  });

  test("guard asks a function for the breaker of each call", async () => {
    let breaker = createBreaker({ budget: { modelCalls: 1 } });
    const guard = guardAI(() => breaker);
    const { model, prompts } = scriptedModel(() => "Hi.");
    const ask = () => generateText({ model: guard.model(model), prompt });

    await ask();
    expect(findCircuitOpen(await ask().catch((error: unknown) => error))?.reason).toBe("budget");
    expect(guard.stopWhen({ steps: [] })).toBe(true);

    breaker = createBreaker();
    expect(guard.stopWhen({ steps: [] })).toBe(false);
    await ask();
    expect(prompts).toHaveLength(2);
  });

  test("stopWhen never throws", () => {
    const guard = guardAI(() => {
      throw new Error("no run here");
    });
    expect(guard.stopWhen({ steps: [] })).toBe(false);
  });

  test("a new message of the user begins a turn", async () => {
    const { guard } = guarded();
    const { model, prompts } = scriptedModel((turn) => (turn % 3 === 0 ? "It is 8080." : [use()]));
    const { ran, tools } = useTool();
    const ask = (text: string) =>
      generateText({
        model: guard.model(model),
        tools: guard.tools(tools),
        stopWhen: isStepCount(9),
        prompt: text,
      });

    for (const text of ["Find the port.", "And now?", "And now again?", "Once more."])
      await ask(text);

    expect([prompts.length, ran.length]).toEqual([12, 8]);
  });

  test("guardAI refuses an onTrip that the AI SDK has no place for", () => {
    const options: GuardOptions = { onTrip: "route" };
    expect(() => guardAI(createBreaker(options))).toThrow(
      'onTrip: expected "throw", "finish", "wind-down" or "ask" here, received "route"',
    );
  });
});

describe("what the AI SDK does around guard", () => {
  test("a retry after a 429 is a model call of its own, and findCircuitOpen finds the wrapped error", async () => {
    const model = new MockLanguageModelV4({
      doGenerate: async () => {
        throw new APICallError({
          message: "slow down",
          url: "http://localhost",
          requestBodyValues: {},
          statusCode: 429,
          responseHeaders: { "retry-after-ms": "1" },
        });
      },
    });
    const { guard } = guarded({ budget: { modelCalls: 1 } });

    const { stop, error } = await ending(() => generateText({ model: guard.model(model), prompt }));

    expect(error).not.toBe(stop);
    expect(stop?.code).toBe("GUARD_BUDGET_EXCEEDED");
    expect(model.doGenerateCalls).toHaveLength(1);
  });

  test("guard.signal ends a run whose model is not guarded", async () => {
    const { breaker, guard } = guarded({ preset: "strict", warnings: false });
    const { model, prompts } = scriptedModel(looping);
    const { ran, tools } = useTool();

    const { stop } = await ending(() =>
      generateText({
        model,
        tools: guard.tools(tools),
        stopWhen: isStepCount(20),
        abortSignal: guard.signal,
        prompt,
      }),
    );

    expect(stop?.report.run).toBe(breaker.id);
    expect([prompts.length, ran.length]).toEqual([3, 2]);
  });

  test("guard.stopWhen ends a run whose prepareStep brings in an unguarded model", async () => {
    const { guard } = guarded({ preset: "strict", warnings: false });
    const { model, prompts } = scriptedModel(looping);
    const { ran, tools } = useTool();

    const { finishReason } = await generateText({
      model: guard.model(model),
      tools: guard.tools(tools),
      stopWhen: [isStepCount(20), guard.stopWhen],
      prepareStep: () => ({ model }),
      prompt,
    });

    expect([finishReason, prompts.length, ran.length]).toEqual(["tool-calls", 3, 2]);
  });

  test("when its reader leaves, guard settles a stream and cancels the source", async () => {
    let cancelled = 0;
    const model = new MockLanguageModelV4({
      doStream: async () => ({
        stream: new ReadableStream({
          start: (controller) => controller.enqueue({ type: "stream-start", warnings: [] }),
          cancel: () => void (cancelled += 1),
        }),
      }),
    });
    const { breaker, guard } = guarded();

    const { stream } = await guard.model(model).doStream({ prompt: [] });
    const reader = stream.getReader();
    await reader.read();
    await reader.cancel();

    expect(cancelled).toBe(1);
    expect(breaker.spending).toMatchObject({ modelCalls: 1, tokens: 0 });
  });

  test("a provider's error in a stream reaches the user, as without guard", async () => {
    const broken = new Error("connection lost");
    const model = new MockLanguageModelV4({
      doStream: async () => ({
        stream: new ReadableStream({ pull: (controller) => controller.error(broken) }),
      }),
    });
    const { guard } = guarded();

    const { error } = await ending(async () => {
      const { fullStream } = streamText({ model: guard.model(model), prompt, onError: () => {} });
      for await (const part of fullStream) if (part.type === "error") throw part.error;
    });

    expect(error).toBe(broken);
  });
});
