import Anthropic from "@anthropic-ai/sdk";
import { LLMock } from "@copilotkit/aimock";
import { createBreaker, createRegistry, memoryLedger, OptionsError, type Spec } from "@guard/core";
import OpenAI from "openai";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import {
  anthropicClient,
  openaiClient,
  runLoop,
  type LoopOptions,
  type ModelClient,
} from "../src/index.ts";

const spec: Spec = {
  does: "find the port of the server",
  doesNot: "change the server",
  done: "the answer names one port number",
};

const closers: (() => Promise<unknown>)[] = [];
const banners: unknown[] = [];
beforeEach(() => void vi.spyOn(console, "error").mockImplementation((text) => banners.push(text)));
afterEach(async () => {
  vi.restoreAllMocks();
  banners.length = 0;
  await Promise.all(closers.splice(0).map((close) => close()));
});

interface Asked {
  readonly messages: readonly { readonly role: string; readonly content?: unknown }[];
}

/** A scripted server on loopback. `script` says after how many answers it stops to search. */
async function provider(searches: number) {
  const asked: Asked[] = [];
  const server = new LLMock({ host: "127.0.0.1", port: 0, logLevel: "silent" });
  server.addFixture({
    match: { predicate: () => true },
    response: (request) => {
      asked.push(request);
      const id = `call_${asked.length}`;
      // In the words of both providers.
      const usage = {
        prompt_tokens: 100,
        completion_tokens: 10,
        input_tokens: 100,
        output_tokens: 10,
      };
      return asked.length > searches
        ? { content: "It is 8080.", usage }
        : { toolCalls: [{ id, name: "search", arguments: '{"q":"port"}' }], usage };
    },
  });
  const url = await server.start();
  closers.push(() => server.stop());
  return { url, asked };
}

const clients = {
  openai: (url: string) =>
    openaiClient(new OpenAI({ baseURL: `${url}/v1`, apiKey: "none" }), "gpt-5-mini"),
  anthropic: (url: string) =>
    anthropicClient(new Anthropic({ baseURL: url, apiKey: "none" }), "claude-sonnet-5-5"),
} satisfies Record<string, (url: string) => ModelClient>;

describe.each(Object.entries(clients))("over the client of %s", (_, clientOf) => {
  test("a loop that is done gives the answer, and the model has read all three answers", async () => {
    const { url, asked } = await provider(1);
    const read: unknown[] = [];
    const search = { run: (args: unknown) => (read.push(args), "the port is 8080") };
    const result = await runLoop({ spec, model: clientOf(url), tools: { search } });
    expect(result).toMatchObject({
      success: true,
      text: "It is 8080.",
      modelCalls: 2,
      tokens: 220,
      breach: undefined,
    });
    expect(read).toEqual([{ q: "port" }]);
    const [first, second] = asked.map((request) => JSON.stringify(request.messages));
    for (const answer of Object.values(spec)) expect(first).toContain(answer);
    expect(second).toContain("the port is 8080");
    expect(banners).toEqual([]);
  });

  test("a loop in circles is a result with a breach, and prints a banner", async () => {
    const { url, asked } = await provider(100);
    let runs = 0;
    const search = { run: () => ((runs += 1), "no results") };
    const breaker = createBreaker({ preset: "strict" });
    const result = await runLoop({ spec, model: clientOf(url), tools: { search }, breaker });
    expect(result).toMatchObject({ success: false, breach: { reason: "loop" }, modelCalls: 3 });
    expect([asked.length, runs]).toEqual([3, 2]);
    expect(banners).toEqual([
      expect.stringMatching(/GUARD STOPPED SESSION .*\nguard stopped this run \(loop\)/),
    ]);
  });
});

/** A model without a provider: it searches for another word each time. */
const searching = (): ModelClient => {
  let calls = 0;
  return {
    model: "scripted",
    ask: async () => {
      calls += 1;
      const call = { id: `${calls}`, tool: "search", args: { q: `word ${calls}` } };
      return { text: "", calls: [call], usage: { inputTokens: 100, outputTokens: 10 } };
    },
  };
};
const search = { run: (args: unknown) => `found ${JSON.stringify(args)}` };

test("without a breaker the loop has five model calls", async () => {
  const result = await runLoop({ spec, model: searching(), tools: { search } });
  expect(result).toMatchObject({ success: false, modelCalls: 5, breach: { reason: "budget" } });
});

test("without a breaker the loop has 15,000 tokens", async () => {
  const model = searching();
  const usage = { inputTokens: 7_500, outputTokens: 500 };
  const ask: ModelClient["ask"] = async (...args) => ({ ...(await model.ask(...args)), usage });
  const result = await runLoop({ spec, model: { ...model, ask }, tools: { search } });
  expect(result).toMatchObject({ success: false, modelCalls: 2, tokens: 16_000 });
});

test("the ledger has the spec, the session and every call", async () => {
  const ledger = memoryLedger();
  const result = await runLoop({
    spec,
    model: searching(),
    tools: { search },
    ledger,
    sessionId: "s1",
  });
  const entries = ledger.read({});
  expect(result.sessionId).toBe("s1");
  expect(entries[0]).toMatchObject({ type: "spec", session: "s1", ...spec });
  expect(entries.filter(({ type }) => type === "decision")[0]).toMatchObject({ session: "s1" });
  expect(entries.at(-1)).toMatchObject({ type: "run-ended" });
});

test("a result counts this loop alone where the breaker is shared", async () => {
  const breaker = createRegistry({ budget: { modelCalls: 7 } }).breaker();
  const model = searching();
  const first = await runLoop({ spec, model: twice(model), tools: { search }, breaker });
  const second = await runLoop({ spec, model: twice(model), tools: { search }, breaker });
  expect([first.modelCalls, second.modelCalls]).toEqual([2, 2]);
});

/** A model that is done after two answers. */
function twice(model: ModelClient): ModelClient {
  let asked = 0;
  const ask: ModelClient["ask"] = async (...args) => {
    asked += 1;
    return asked === 2 ? { text: "Done.", calls: [] } : model.ask(...args);
  };
  return { ...model, ask };
}

test("an error of the provider is thrown, and so is an abort", async () => {
  const broken = { model: "scripted", ask: () => Promise.reject(new Error("overloaded")) };
  await expect(runLoop({ spec, model: broken })).rejects.toThrow("overloaded");
  const signal = AbortSignal.abort();
  await expect(runLoop({ spec, model: searching(), signal })).rejects.toThrow(/aborted/);
});

test.for([
  [
    "a spec without an end",
    { spec: { ...spec, done: "done" } },
    /^spec\.done: expected a sentence/,
  ],
  ["a model by its name", { model: "gpt-5-mini" }, /Write openaiClient/],
  ["a function as a tool", { tools: { search: () => "" } }, /^tools\.search: .*Write \{ run:/],
  ["no spec", { spec: undefined }, /^spec: expected three answers\. Write/],
  [
    "a registry as the breaker",
    { breaker: createRegistry() },
    /^breaker: expected a breaker, received a registry\. Write registry\.breaker/,
  ],
  [
    "options of a breaker",
    { budget: { modelCalls: 10 } },
    /^budget: is an option of the breaker\. Write breaker: createBreaker/,
  ],
  ["an option that does not exist", { session: "s1" }, /^session: there is no such option/],
] as const)("refuses %s", async ([, wrong, fault]) => {
  const options = { spec, model: searching(), ...wrong } as unknown as LoopOptions;
  const error: unknown = await runLoop(options).catch((thrown: unknown) => thrown);
  expect(OptionsError.isInstance(error)).toBe(true);
  expect((error as Error).message).toMatch(fault);
});

test.for([undefined, null, "audit", []])("refuses %j in place of options", async (options) => {
  await expect(runLoop(options as unknown as LoopOptions)).rejects.toThrow(
    /^options: expected a plain object, received .*\. Write runLoop\(\{ spec, model \}\)\.$/,
  );
});
