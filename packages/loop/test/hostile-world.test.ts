// Clients that hang or answer nonsense, tools that fail, callers that look away.
import { createBreaker, createRegistry, memoryLedger } from "@guard/core";
import { describe, expect, test } from "vitest";
import {
  anthropicClient,
  openaiClient,
  runLoop,
  type LoopAnswer,
  type LoopTools,
  type ModelClient,
} from "../src/index.ts";
import { asks, echo, resultsIn, says, scripted, spec, toldOnConsole } from "./scripted-client.ts";

const told = toldOnConsole();

const never = () => new Promise<never>(() => {});
const messageOf = (error: unknown) => (error as Error).message;

describe("a client that hangs", () => {
  test("ends with the caller's signal, even if it ignores the signal", async () => {
    const abort = new AbortController();
    const model = scripted(() => {
      abort.abort(new Error("too slow"));
      return never();
    });
    await expect(runLoop({ spec, model, signal: abort.signal })).rejects.toThrow("too slow");
  });

  test("ends when an operator stops the run", async () => {
    const registry = createRegistry();
    const breaker = registry.breaker({ accounts: { user: "42" } });
    const model = scripted(() => {
      registry.stop({ user: "42" }, { by: "ops", why: "runaway agents" });
      return never();
    });
    const result = await runLoop({ spec, model, breaker });
    expect(result).toMatchObject({ success: false, breach: { reason: "manual" } });
    expect(told).toEqual([expect.stringContaining("GUARD STOPPED SESSION")]);
  });

  test("that answers after the abort changes nothing any more", async () => {
    const abort = new AbortController();
    let late: Promise<unknown> | undefined;
    let runs = 0;
    const tools = { search: { run: () => (runs += 1) } };
    const model = scripted(() => {
      abort.abort(new Error("too slow"));
      late = running.catch(() => ({ text: "", ...asks("search") }));
      return late;
    });
    const running: Promise<unknown> = runLoop({ spec, model, tools, signal: abort.signal });
    await expect(running).rejects.toThrow("too slow");
    await late;
    expect(runs).toBe(0);
  });
});

const complete = (answer: unknown) => ({ chat: { completions: { create: async () => answer } } });
const createMessage = (answer: unknown) => ({ messages: { create: async () => answer } });
const openai = (answer: unknown) => openaiClient(complete(answer), "gpt-5-mini");
const anthropic = (answer: unknown) => anthropicClient(createMessage(answer), "claude-sonnet-5-5");
const choice = (message: unknown, finish_reason = "stop") => ({
  choices: [{ message, finish_reason }],
});

describe("a client that returns no answer", () => {
  const noMessage = "the answer of gpt-5-mini has no message: choices[0].message is missing";
  const noContent = "the answer of claude-sonnet-5-5 has no message: content is missing";
  const noAnswer = "model.ask must return { text, calls }: a text, and an array of tool calls";
  test.for<readonly [string, ModelClient, string]>([
    ["openai: nothing", openai(undefined), noMessage],
    ["openai: an error with the status 200", openai({ error: { message: "busy" } }), noMessage],
    ["openai: no choices", openai({ choices: [] }), noMessage],
    ["openai: a choice without a message", openai({ choices: [{}] }), noMessage],
    ["anthropic: nothing", anthropic(undefined), noContent],
    ["anthropic: an error with the status 200", anthropic({ type: "error" }), noContent],
    ["a client of your own: nothing", scripted(() => undefined), noAnswer],
    ["a client of your own: no calls", scripted(() => ({ text: "Done." })), noAnswer],
    ["a client of your own: no text", scripted(() => ({ calls: [] })), noAnswer],
  ])("%s is an error that says so", async ([, model, fault]) => {
    const error: unknown = await runLoop({ spec, model }).catch((thrown: unknown) => thrown);
    expect(messageOf(error)).toBe(fault);
  });
});

const cut = (why: string) => `the provider cut the model's answer off (${why})`;
const endsBy = (stop_reason: string) => ({ content: [{ type: "text", text: "It" }], stop_reason });

describe("an answer that is not final", () => {
  const empty = "the model's answer is empty";
  test.for<readonly [string, ModelClient, string]>([
    ["openai: empty", openai(choice({ content: null })), empty],
    ["openai: blanks", openai(choice({ content: " \n" })), empty],
    ["openai: too long", openai(choice({ content: "It" }, "length")), cut("length")],
    [
      "openai: filtered",
      openai(choice({ content: "It" }, "content_filter")),
      cut("content_filter"),
    ],
    ["openai: a refusal", openai(choice({ refusal: "I can't." })), cut("refusal")],
    ["anthropic: empty", anthropic({ content: [], stop_reason: "end_turn" }), empty],
    ["anthropic: too long", anthropic(endsBy("max_tokens")), cut("max_tokens")],
    ["anthropic: a refusal", anthropic(endsBy("refusal")), cut("refusal")],
    ["a client of your own: empty", scripted(says("")), empty],
  ])("%s is no success, and the operator reads why", async ([, model, fault]) => {
    const result = await runLoop({ spec, model, sessionId: "s1" });
    expect(result).toMatchObject({ success: false, breach: undefined, modelCalls: 1 });
    expect(told).toEqual([`guard: session s1 is not done: ${fault}`]);
  });
});

const call = (args: unknown, tool = "search", id = "1") => ({ calls: [{ id, tool, args }] });

describe("tool calls that make no sense", () => {
  test.for<readonly [string, Partial<LoopAnswer>, string]>([
    [
      "arguments that are not JSON",
      call('{"q":'),
      "the arguments are not JSON: the tool did not run",
    ],
    ["no arguments at all", call(""), "found {}"],
    ["a tool that does not exist", call("{}", "delete_all"), 'there is no tool "delete_all"'],
    ["a tool of the prototype", call("{}", "constructor"), 'there is no tool "constructor"'],
  ])("%s: the model reads %s", async ([, step, text]) => {
    const model = scripted(step, says("Done."));
    const { success } = await runLoop({ spec, model, tools: echo });
    expect([success, resultsIn(model.requests[1]!)]).toEqual([true, [text]]);
  });

  test.for([
    ["no id", ["", ""]],
    ["the same id", ["1", "1"]],
  ] as const)("two calls with %s get a result each, under ids that differ", async ([, ids]) => {
    const calls = ids.map((id, n) => ({ id, tool: "search", args: { n } }));
    const model = scripted({ calls }, says("Done."));
    await runLoop({ spec, model, tools: echo });
    const messages = model.requests[1]!.messages.filter(({ role }) => role === "tool");
    expect(new Set(messages.map((one) => "callId" in one && one.callId)).size).toBe(2);
    expect(resultsIn(model.requests[1]!)).toEqual(['found {"n":0}', 'found {"n":1}']);
  });

  test("twenty calls in one answer run one after the other, each with a result", async () => {
    let running = 0;
    let most = 0;
    const search = {
      run: async () => {
        most = Math.max(most, (running += 1));
        await Promise.resolve();
        running -= 1;
        return "found";
      },
    };
    const model = scripted(asks(...Array.from({ length: 20 }, () => "search")), says("Done."));
    const { success } = await runLoop({ spec, model, tools: { search } });
    expect([success, most]).toEqual([true, 1]);
    expect(resultsIn(model.requests[1]!)).toHaveLength(20);
  });

  test("of twenty calls in one answer, none runs beyond the budget", async () => {
    let runs = 0;
    const tools = { search: { run: () => (runs += 1) } };
    const model = scripted(asks(...Array.from({ length: 20 }, () => "search")));
    const breaker = createBreaker({ budget: { toolCalls: 7 } });
    const result = await runLoop({ spec, model, tools, breaker });
    expect(result).toMatchObject({ success: false, breach: { reason: "budget" }, modelCalls: 1 });
    expect(runs).toBeLessThanOrEqual(7);
  });
});

test.for<readonly [string, object]>([
  ["NaN", { inputTokens: Number.NaN, outputTokens: Number.NaN }],
  ["negative", { inputTokens: -5, outputTokens: -5 }],
  ["endless", { inputTokens: Infinity, outputTokens: 1 }],
])("usage that is %s: the loop goes on, and guard counts its estimate", async ([, usage]) => {
  const model = scripted({ ...says("It is 8080."), usage });
  const { success, tokens, usd } = await runLoop({ spec, model });
  expect([success, Number.isFinite(tokens), tokens > 0, usd]).toEqual([true, true, true, 0]);
});

describe("a tool", () => {
  const circle: { self?: unknown } = {};
  circle.self = circle;
  test.for<readonly [string, () => unknown, string | RegExp]>([
    ["throws an error", () => Promise.reject(new Error("no access")), "no access"],
    ["throws a text", () => Promise.reject("no access"), "no access"],
    ["returns nothing", () => undefined, ""],
    ["returns an object", () => ({ port: 8080 }), '{"port":8080}'],
    ["returns what JSON can't write", () => circle, /circular/],
  ])("that %s leaves the loop alive, and the model reads it", async ([, run, text]) => {
    const model = scripted(asks("search"), says("Done."));
    const { success } = await runLoop({ spec, model, tools: { search: { run } } });
    expect([success, resultsIn(model.requests[1]!)]).toEqual([
      true,
      [typeof text === "string" ? text : expect.stringMatching(text)],
    ]);
  });

  test("that hangs ends with the caller's signal; the tools after it do not run", async () => {
    const abort = new AbortController();
    let given: AbortSignal | undefined;
    let runs = 0;
    const tools: LoopTools = {
      hang: {
        run: (_, signal) => {
          given = signal;
          abort.abort(new Error("too slow"));
          return never();
        },
      },
      next: { run: () => (runs += 1) },
    };
    const model = scripted(asks("hang", "next"));
    const { signal } = abort;
    const ledger = memoryLedger();
    await expect(runLoop({ spec, model, tools, ledger, signal })).rejects.toThrow("too slow");
    expect([given?.aborted, runs, model.requests.length]).toEqual([true, 0, 1]);
    const ends = ledger.read({ type: "settlement" });
    expect(ends).toMatchObject([
      { status: "success" }, // the model's answer
      { status: "ignored" }, // the tool that hangs
      { status: "released" }, // the tool that did not run
    ]);
  });
});
