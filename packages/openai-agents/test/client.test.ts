// The same over HTTP: the real client of OpenAI, both of its APIs, and a server on loopback that counts requests.
import { LLMock } from "@copilotkit/aimock";
import { createBreaker, createRegistry, type GuardOptions } from "@guard/core";
import { Agent, OpenAIProvider, Runner } from "@openai/agents";
import { ending } from "guard-test-support";
import OpenAI from "openai";
import { describe, expect, onTestFinished, test } from "vitest";
import { guardRunner } from "../src/index.ts";
import { bare, searchTool, wayNames, ways } from "./support/agents.ts";

const usage = {
  prompt_tokens: 100,
  completion_tokens: 20,
  input_tokens: 100,
  output_tokens: 20,
  total_tokens: 120,
};

/** A server whose model asks for `search` with what `next` gives for the number of results it reads. */
async function setUp(useResponses: boolean, next: (results: number) => string | undefined) {
  let requests = 0;
  const read: string[] = [];
  const server = new LLMock({ host: "127.0.0.1", port: 0, logLevel: "silent" });
  server.addFixture({
    match: { predicate: () => true },
    response: ({ messages, tools = [] }) => {
      requests += 1;
      const results = messages.filter(({ role }) => role === "tool");
      const content = results.at(-1)?.content;
      if (typeof content === "string") read.push(content);
      const q = tools.length === 0 ? undefined : next(results.length);
      if (q === undefined) return { content: "It is 8080.", usage };
      const call = { id: `call_${requests}`, name: "search", arguments: JSON.stringify({ q }) };
      return { toolCalls: [call], usage };
    },
  });
  const url = await server.start();
  onTestFinished(() => server.stop());
  const openAIClient = new OpenAI({ baseURL: `${url}/v1`, apiKey: "none", maxRetries: 0 });
  const modelProvider = new OpenAIProvider({ openAIClient: openAIClient as never, useResponses });
  const { search, runs } = searchTool();
  const agent = new Agent({ name: "a", model: "gpt-5-mini", tools: [search] });
  const runner = () => new Runner({ ...bare, modelProvider });
  return { agent, runner, runs, read, requests: () => requests };
}

const apis = [
  ["responses", true],
  ["chat completions", false],
] as const;

describe.for(apis)("%s", ([, useResponses]) => {
  describe.for(wayNames)("%s", (way) => {
    const play = ways[way];

    test.for([
      { preset: "balanced" as const, requests: 6, bodies: 3 },
      { preset: "strict" as const, requests: 3, bodies: 2 },
    ])("$preset: $requests HTTP requests, $bodies bodies", async (expected) => {
      const { agent, runner, requests, runs, read } = await setUp(useResponses, () => "a");
      const breaker = createBreaker({ preset: expected.preset });

      const { stop } = await ending(() => play(guardRunner(runner(), breaker), agent));

      expect([requests(), runs.length]).toEqual([expected.requests, expected.bodies]);
      expect(stop?.reason).toBe("loop");
      expect(breaker.spending).toMatchObject({
        modelCalls: expected.requests,
        tokens: expected.requests * usage.total_tokens,
      });
      if (expected.preset === "balanced") {
        expect(read[2]).toMatch(/^what a holds\n\nNote: you asked for "search" /);
        expect(read[3]).toMatch(/^Refused, not executed: you asked for "search" /);
      }
    });

    test("an honest agent finishes, and guard finds the price of its model", async () => {
      const { agent, runner, requests, runs } = await setUp(useResponses, (results) =>
        results < 3 ? `file ${results}` : undefined,
      );
      const priced: unknown[] = [];
      const breaker = createBreaker({ price: (call) => void priced.push(call) });

      const { finalOutput } = await play(guardRunner(runner(), breaker), agent);

      expect([finalOutput, requests(), runs.length]).toEqual(["It is 8080.", 4, 3]);
      expect(priced).toMatchObject(
        Array.from({ length: 4 }, () => ({
          model: expect.stringContaining("gpt-5-mini"),
          inputTokens: 100,
          outputTokens: 20,
        })),
      );
    });

    // Every answer costs 120 tokens and 0.25 USD; the one that reaches the limit is paid for.
    test.for<{ budget: GuardOptions["budget"]; requests: number; bodies: number }>([
      { budget: { modelCalls: 3 }, requests: 3, bodies: 3 },
      { budget: { tokens: 240 }, requests: 2, bodies: 1 },
      { budget: { usd: 0.5 }, requests: 2, bodies: 1 },
      { budget: { usd: 0 }, requests: 0, bodies: 0 },
    ])("$budget: $requests HTTP requests, $bodies bodies", async (expected) => {
      const { agent, runner, requests, runs } = await setUp(useResponses, (n) => `file ${n}`);
      const breaker = createBreaker({ budget: expected.budget, price: () => 0.25 });

      const { stop } = await ending(() => play(guardRunner(runner(), breaker), agent));

      expect(stop?.report.used.usd).toBe(expected.requests * 0.25);
      expect([requests(), runs.length]).toEqual([expected.requests, expected.bodies]);
      await ending(() => play(guardRunner(runner(), breaker), agent));
      expect(requests()).toBe(expected.requests);
    });

    test("a final answer that spends the last of the budget reaches the caller", async () => {
      const { agent, runner, requests } = await setUp(useResponses, (results) =>
        results < 2 ? `file ${results}` : undefined,
      );
      const breaker = createBreaker({ budget: { usd: 0.75 }, price: () => 0.25 });

      const { finalOutput } = await play(guardRunner(runner(), breaker), agent);

      expect([finalOutput, requests(), breaker.spending.usd]).toEqual(["It is 8080.", 3, 0.75]);
    });

    test.for(["finish", "wind-down"] as const)("%s ends in an answer", async (onTrip) => {
      const { agent, runner, requests } = await setUp(useResponses, () => "a");
      const registry = createRegistry({ preset: "strict", onTrip });
      const { finalOutput } = await play(guardRunner(runner(), registry), agent);
      expect([finalOutput, requests()]).toEqual(
        onTrip === "finish"
          ? [expect.stringContaining("This task was stopped"), 3]
          : ["It is 8080.", 4],
      );
    });

    test("ask: no request shows guard's question or its answer to the model", async () => {
      const { agent, runner, requests } = await setUp(useResponses, () => "a");
      const registry = createRegistry({ preset: "strict", onTrip: "ask" });
      const guarded = guardRunner(runner(), registry);
      const { state, interruptions } = await play(guarded, agent);
      for (const one of interruptions) state.approve(one);
      const next = await play(guarded, agent, state);
      expect(next.interruptions.length).toBe(1);
      expect(requests()).toBe(5);
    });
  });
});
