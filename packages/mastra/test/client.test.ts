// The same tests over HTTP: OpenAI's client asks a server on loopback that counts requests.
import { LLMock } from "@copilotkit/aimock";
import { createOpenAI } from "@ai-sdk/openai";
import { createBreaker, findCircuitOpen } from "@guard/core";
import type { AgentConfig } from "@mastra/core/agent";
import { ending } from "guard-test-support";
import { describe, expect, onTestFinished, test } from "vitest";
import { guardAgent } from "../src/index.ts";
import { agentOf, wayNames, ways } from "./support/agents.ts";

const usage = { prompt_tokens: 100, completion_tokens: 20, total_tokens: 120 };

/** Honest work that never ends. */
const working = (results: number) => ({ q: `file ${results}` });

const client = (baseURL: string): unknown => {
  const openai = createOpenAI({ baseURL, apiKey: "none" }).chat("gpt-5-mini");
  return Object.create(openai, { specificationVersion: { value: "v3" } });
};

/** The ways to give an agent its model. */
const models = {
  "a client": client,
  "a function": (url: string) => async () => client(url),
  "a list": (url: string) => [{ model: client(url) }],
  "an address": (url: string) => ({ id: "openai/gpt-5-mini", url, apiKey: "none" }),
};
const modelNames = Object.keys(models) as (keyof typeof models)[];

/** An agent whose model calls `use` with the argument that `next` returns for the number of results. */
async function setUp(
  next: (results: number) => { q: string } | undefined,
  named: keyof typeof models = "a client",
) {
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
  const model = models[named](`${url}/v1`) as AgentConfig["model"];
  const { agent, ran } = agentOf(() => "", { model });
  return { agent, ran, read, requests: () => requests };
}

describe.for(wayNames)("%s", (way) => {
  const call = ways[way];

  test.for([
    { preset: "balanced" as const, requests: 6, bodies: 3 },
    { preset: "strict" as const, requests: 3, bodies: 2 },
  ])("$preset: $requests HTTP requests, $bodies bodies", async (expected) => {
    const { agent, ran, read, requests } = await setUp(() => ({ q: "a" }));
    const breaker = createBreaker({ preset: expected.preset });

    const { error } = await ending(() => call(guardAgent(agent, breaker)));

    expect([requests(), ran.length]).toEqual([expected.requests, expected.bodies]);
    expect(findCircuitOpen(error)?.reason).toBe("loop");
    expect(breaker.spending).toMatchObject({
      modelCalls: expected.requests,
      tokens: expected.requests * usage.total_tokens,
    });
    if (expected.preset === "balanced") {
      expect(read[2]).toMatch(/^a is there\n\nNote: you asked for "use" /);
      expect(read[3]).toMatch(/^Refused, not executed: you asked for "use" /);
    }
  });

  // Every answer costs 120 tokens and 0.25 USD. The answer that reaches the limit is paid for.
  test.for([
    { budget: { modelCalls: 3 }, requests: 3, bodies: 3 },
    { budget: { tokens: 360 }, requests: 3, bodies: 2 },
    { budget: { usd: 0.5 }, requests: 2, bodies: 1 },
    { budget: { usd: 0 }, requests: 0, bodies: 0 },
  ])("$budget: $requests HTTP requests, $bodies bodies", async (expected) => {
    const { agent, ran, requests } = await setUp(working);
    const breaker = createBreaker({ budget: expected.budget, price: () => 0.25 });

    const { error } = await ending(() => call(guardAgent(agent, breaker)));

    expect(findCircuitOpen(error)?.report.used).toMatchObject({
      tokens: expected.requests * 120,
      usd: expected.requests * 0.25,
    });
    expect([requests(), ran.length]).toEqual([expected.requests, expected.bodies]);
  });

  test("guard keeps the final answer that spends the rest of the budget", async () => {
    const { agent, requests } = await setUp((results) =>
      results < 2 ? working(results) : undefined,
    );
    const breaker = createBreaker({ budget: { usd: 0.75 }, price: () => 0.25 });
    const { text } = await call(guardAgent(agent, breaker));
    expect([text, requests(), breaker.spending.usd]).toEqual(["It is 8080.", 3, 0.75]);
  });

  test.for(modelNames)("guard guards a model that is given as %s", async (named) => {
    const { agent, ran, requests } = await setUp(() => ({ q: "a" }), named);
    const breaker = createBreaker({ preset: "strict" });
    const { error } = await ending(() => call(guardAgent(agent, breaker)));
    expect(findCircuitOpen(error)?.reason).toBe("loop");
    expect([requests(), ran.length]).toEqual([3, 2]);
    // Mastra requests no usage in streams from such an address, so there is none.
    const isBlind = named === "an address" && way === "stream";
    expect(breaker.spending.tokens).toBe(isBlind ? 0 : 360);
  });

  test("a price function gets provider, model and tokens", async () => {
    const { agent } = await setUp(() => undefined);
    const priced: unknown[] = [];
    await call(guardAgent(agent, createBreaker({ price: (one) => void priced.push(one) })));
    expect(priced).toMatchObject([
      { model: "gpt-5-mini", provider: "openai.chat", inputTokens: 100, outputTokens: 20 },
    ]);
  });
});
