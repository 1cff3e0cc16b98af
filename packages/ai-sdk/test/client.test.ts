// Runs over HTTP: the AI SDK's own client of OpenAI, and a server on loopback that counts requests.
import { LLMock } from "@copilotkit/aimock";
import { createOpenAI } from "@ai-sdk/openai";
import { describe, expect, onTestFinished, test } from "vitest";
import { ending } from "guard-test-support";
import { guarded, useTool, watchRejections } from "./support/guarded.ts";
import { runnerNames, runners } from "./support/runners.ts";

watchRejections();

const usage = { prompt_tokens: 100, completion_tokens: 20, total_tokens: 120 };

/** Honest work that never ends. */
const working = (results: number) => ({ q: `file ${results}` });

/** A model that asks for `use` with what `next` gives for the number of results it reads. */
async function setUp(next: (results: number) => { q: string } | undefined) {
  let requests = 0;
  const read: string[] = [];
  const server = new LLMock({ host: "127.0.0.1", port: 0, logLevel: "silent" });
  server.addFixture({
    match: { predicate: () => true },
    response: ({ messages }) => {
      requests += 1;
      const results = messages.filter(({ role }) => role === "tool");
      const content = results.at(-1)?.content;
      if (typeof content === "string") read.push(content);
      const args = next(results.length);
      if (args === undefined) return { content: "It is 8080.", usage };
      const call = { id: `call_${requests}`, name: "use", arguments: JSON.stringify(args) };
      return { toolCalls: [call], usage };
    },
  });
  const url = await server.start();
  onTestFinished(() => server.stop());
  const model = createOpenAI({ baseURL: `${url}/v1`, apiKey: "none" }).chat("gpt-5-mini");
  return { model, requests: () => requests, read, used: useTool() };
}

describe.for(runnerNames)("%s", (runner) => {
  test.for([
    { preset: "balanced" as const, requests: 6, bodies: 3 },
    { preset: "strict" as const, requests: 3, bodies: 2 },
  ])("$preset: $requests HTTP requests, $bodies bodies", async (expected) => {
    const { model, requests, read, used } = await setUp(() => ({ q: "a" }));
    const { breaker, guard } = guarded({ preset: expected.preset });

    const { stop } = await ending(() =>
      runners[runner]({ model: guard.model(model), tools: guard.tools(used.tools) }),
    );

    expect([requests(), used.ran.length]).toEqual([expected.requests, expected.bodies]);
    expect(stop?.reason).toBe("loop");
    expect(breaker.spending).toMatchObject({
      modelCalls: expected.requests,
      tokens: expected.requests * usage.total_tokens,
    });
    if (expected.preset === "balanced") {
      expect(read[2]).toMatch(/^a is there\n\nNote: you asked for "use" /);
      expect(read[3]).toMatch(/^Refused, not executed: you asked for "use" /);
    }
  });

  test("an honest agent finishes", async () => {
    const { model, requests, used } = await setUp((results) =>
      results < 3 ? { q: `file ${results}` } : undefined,
    );
    const { guard } = guarded();

    const text = await runners[runner]({
      model: guard.model(model),
      tools: guard.tools(used.tools),
    });

    expect([text, requests(), used.ran.length]).toEqual(["It is 8080.", 4, 3]);
  });
});

// Every answer costs 120 tokens and 0.25 USD. guard allows the answer that reaches the limit.
describe.for(runnerNames)("a budget, %s", (runner) => {
  test.for([
    { budget: { modelCalls: 3 }, requests: 3, bodies: 3 },
    { budget: { tokens: 360 }, requests: 3, bodies: 2 },
    { budget: { tokens: 240 }, requests: 2, bodies: 1 },
    { budget: { usd: 0.5 }, requests: 2, bodies: 1 },
    { budget: { usd: 0.75 }, requests: 3, bodies: 2 },
    { budget: { usd: 0 }, requests: 0, bodies: 0 },
  ])("$budget: $requests HTTP requests, $bodies bodies", async (expected) => {
    const { model, requests, used } = await setUp(working);
    const { guard } = guarded({ budget: expected.budget, price: () => 0.25 });

    const { stop } = await ending(() =>
      runners[runner]({ model: guard.model(model), tools: guard.tools(used.tools) }),
    );

    expect(stop?.report.used).toMatchObject({
      tokens: expected.requests * 120,
      usd: expected.requests * 0.25,
    });
    expect([requests(), used.ran.length]).toEqual([expected.requests, expected.bodies]);
  });

  test("guard returns a final answer that spends the last of the budget", async () => {
    const { model, requests, used } = await setUp((results) =>
      results < 2 ? working(results) : undefined,
    );
    const { breaker, guard } = guarded({ budget: { usd: 0.75 }, price: () => 0.25 });

    const text = await runners[runner]({
      model: guard.model(model),
      tools: guard.tools(used.tools),
    });

    expect([text, requests(), breaker.spending.usd]).toEqual(["It is 8080.", 3, 0.75]);
  });
});

test("a price function gets provider, model and tokens", async () => {
  const { model, used } = await setUp(() => undefined);
  const priced: unknown[] = [];
  const { guard } = guarded({ price: (call) => void priced.push(call) });

  await runners.generateText({ model: guard.model(model), tools: guard.tools(used.tools) });

  expect(priced).toMatchObject([
    { model: "gpt-5-mini", provider: "openai.chat", inputTokens: 100, outputTokens: 20 },
  ]);
});
