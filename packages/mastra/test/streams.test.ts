// Streams: every reader gets the error of a trip, nothing hangs, and cut-off answers are settled.
import { createBreaker, createRegistry, findCircuitOpen } from "@guard/core";
import type { Agent } from "@mastra/core/agent";
import { ending, readAll } from "guard-test-support";
import { use } from "guard-test-support/ai-sdk";
import { describe, expect, onTestFinished, test } from "vitest";
import { guardAgent } from "../src/index.ts";
import { agentOf, modelOf, toolOf } from "./support/agents.ts";

type Output = Awaited<ReturnType<Agent["stream"]>>;

const readers: Record<string, (output: Output) => Promise<unknown>> = {
  "the text stream": async ({ textStream }) => readAll(textStream),
  "all chunks": async ({ fullStream }) => readAll(fullStream),
  "the text": async ({ text }) => text,
  "the usage": async ({ usage }) => usage,
  "the steps": async ({ steps }) => steps,
  "the finish reason": async ({ finishReason }) => finishReason,
  "the full output": async (output) => output.getFullOutput(),
  "nothing of it but that it ends": async (output) => output.consumeStream(),
};

const start = async (agent: Agent, more: object = {}) =>
  agent.stream("Find the port.", { maxSteps: 50, ...more });

/** Errors that no code has caught: the list stays empty. */
function noLostErrors(): void {
  const lost: unknown[] = [];
  const note = (error: unknown) => void lost.push(error);
  process.on("unhandledRejection", note);
  onTestFinished(() => {
    process.off("unhandledRejection", note);
    expect(lost).toEqual([]);
  });
}

describe.for(Object.entries(readers))("the reader of %s", ([, read]) => {
  test.for([
    { trips: "in the third step", options: { preset: "strict" } as const, calls: 3 },
    { trips: "before the first call", options: { budget: { usd: 0 }, price: () => 1 }, calls: 0 },
  ])("hears of a trip $trips", async ({ options, calls }) => {
    noLostErrors();
    const { agent, prompts } = agentOf(() => [use()]);
    const output = await start(guardAgent(agent, createRegistry(options)));
    const { error } = await ending(() => read(output));
    expect(findCircuitOpen(error)).toBeDefined();
    expect(output.tripwire?.processorId).toBe("guard");
    expect(prompts.length).toBe(calls);
  });

  test("reads the same as without guard if nothing trips", async () => {
    const { agent } = agentOf((turn) => (turn <= 3 ? [use(`${turn}`)] : "It is 8080."));
    const { error } = await ending(async () =>
      read(await start(guardAgent(agent, createRegistry()))),
    );
    expect(error).toBeUndefined();
  });
});

test("all readers of one output get the error", async () => {
  const { agent } = agentOf(() => [use()]);
  const output = await start(guardAgent(agent, createRegistry({ preset: "strict" })));
  const ends = await Promise.all(
    Object.values(readers).map(async (read) => ending(() => read(output))),
  );
  expect(ends.map(({ stop }) => stop?.reason)).toEqual(ends.map(() => "loop"));
});

test("route: the chunks contain the tripwire, and the stream ends without an error", async () => {
  const { agent } = agentOf(() => [use()]);
  const registry = createRegistry({ preset: "strict", onTrip: "route" });
  const output = await start(guardAgent(agent, registry));
  const chunks = (await readAll(output.fullStream)) as { type: string; payload: object }[];
  const tripwires = chunks.filter(({ type }) => type === "tripwire");
  expect(tripwires).toMatchObject([{ payload: { metadata: { code: "GUARD_CIRCUIT_OPEN" } } }]);
  expect(["finish", "tripwire"]).toContain(chunks.at(-1)?.type); // old versions end with it
});

test("a run ends even if its output is not read to the end", async () => {
  const { agent } = agentOf((turn) => (turn <= 2 ? [use(`${turn}`)] : "It is 8080."));
  const registry = createRegistry();
  const ended = new Promise((resolve) => void registry.on("run-ended", resolve));
  const output = await start(guardAgent(agent, registry));
  for await (const _ of output.fullStream) break;
  await ended;
});

test("an aborted answer is settled, and a started tool reports nothing", async () => {
  const aborting = new AbortController();
  const breaker = createBreaker({ budget: { modelCalls: 10 } });
  const { model } = modelOf((turn) => {
    if (turn === 2) aborting.abort();
    return turn <= 2 ? [use(`${turn}`)] : "It is 8080.";
  });
  const { agent } = agentOf(() => "", { model, tools: { use: toolOf("use", () => "there") } });
  const output = await start(guardAgent(agent, breaker), { abortSignal: aborting.signal });
  await ending(() => output.getFullOutput());
  expect(breaker.spending.modelCalls).toBe(2);
  expect(breaker.state).toBe("closed");
  const { error } = await ending(async () => (await start(agent)).getFullOutput());
  expect(error).toBeUndefined();
});

test("each attempt of a failing model is one event, and its error reaches the caller", async () => {
  const breaker = createBreaker();
  const { model } = modelOf(() => {
    throw new Error("no credit");
  });
  const { agent } = agentOf(() => "", { model });
  const { error } = await ending(() => guardAgent(agent, breaker).generate("Find the port."));
  expect(String(error)).toContain("no credit");
  expect(breaker.spending.modelCalls).toBe(1);
});

test("guard guards a model of the AI SDK 5, and reads its usage", async () => {
  const asked = { type: "tool-call", toolCallId: "call", toolName: "use", input: '{"q":"a"}' };
  const usage = { inputTokens: 100, outputTokens: 20, totalTokens: 120 };
  const finish = { finishReason: "tool-calls", usage };
  const doStream = async () => ({
    stream: new ReadableStream({
      start(controller) {
        controller.enqueue({ type: "stream-start", warnings: [] });
        controller.enqueue({ ...asked, toolCallId: crypto.randomUUID() });
        controller.enqueue({ type: "finish", ...finish });
        controller.close();
      },
    }),
  });
  const doGenerate = async () => ({ content: [asked], warnings: [], ...finish });
  const head = { specificationVersion: "v2", provider: "mock", modelId: "mock", supportedUrls: {} };
  const breaker = createBreaker({ preset: "strict" });
  const { agent, ran } = agentOf(() => "", { model: { ...head, doGenerate, doStream } as never });
  const output = await start(guardAgent(agent, breaker));
  const { stop } = await ending(() => output.getFullOutput());
  expect([stop?.reason, ran.length, breaker.spending.tokens]).toEqual(["loop", 2, 360]);
});
