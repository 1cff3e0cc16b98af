// The same over HTTP: LangChain's own client of OpenAI, and a server on loopback that counts requests.
import { isAIMessage } from "@langchain/core/messages";
import { createAgent } from "langchain";
import { describe, expect, onTestFinished, test } from "vitest";
import { ending, readAll } from "guard-test-support";
import { quietHandlerErrors, unhandled } from "guard-test-support/quiet";
import { guarded } from "./support/guarded.ts";
import { startModelServer, usage } from "./support/model-server.ts";
import { question, toolCallingExecutor } from "./support/runners.ts";
import { useTool } from "./support/tools.ts";

async function setUp(next: Parameters<typeof startModelServer>[0]) {
  const server = await startModelServer(next);
  onTestFinished(() => server.stop());
  const used = useTool();
  const setup = { model: server.client(), tools: [used.tool] };
  return { server, used, agent: createAgent(setup), executor: toolCallingExecutor(setup) };
}

const looping = () => ({ q: "a" });
const working = (results: number) => ({ q: `file ${results}` });
const honest = (results: number) => (results < 3 ? { q: `file ${results}` } : undefined);

quietHandlerErrors();

describe("a looping model", () => {
  const ways = ["invoke", "values", "updates", "messages", "streamEvents"] as const;

  test.for(
    ways.flatMap((way) => [
      { way, preset: "balanced" as const, requests: 6, bodies: 3 },
      { way, preset: "strict" as const, requests: 3, bodies: 2 },
    ]),
  )("$way, $preset: $requests HTTP requests, $bodies bodies", async (expected) => {
    const { way, preset, requests, bodies } = expected;
    const { server, used, agent } = await setUp(looping);
    const { handler } = guarded({ preset });
    const callbacks = [handler];

    const { stop } = await ending<unknown>(() => {
      if (way === "invoke") return agent.invoke(question, { callbacks });
      return way === "streamEvents"
        ? readAll(agent.streamEvents(question, { callbacks, version: "v2" }))
        : readAll(agent.stream(question, { callbacks, streamMode: way }));
    });

    expect(stop?.report.used).toMatchObject({
      modelCalls: requests,
      tokens: requests * usage.total_tokens,
    });
    expect([server.requests(), used.ran.length]).toEqual([requests, bodies]);
    expect(unhandled).toEqual([]);
  });

  test.for(["invoke", "stream"] as const)("AgentExecutor, %s: six HTTP requests", async (way) => {
    const { server, used } = await setUp(looping);
    const { handler } = guarded();
    const executor = toolCallingExecutor({ model: server.client(), tools: [used.tool] });
    const input = { input: "Find the port." };
    const callbacks = [handler];

    const { stop } = await ending<unknown>(() =>
      way === "invoke"
        ? executor.invoke(input, { callbacks })
        : readAll(executor.stream(input, { callbacks })),
    );

    expect(stop?.report.used).toMatchObject({ modelCalls: 6, tokens: 720 });
    expect([server.requests(), used.ran.length]).toEqual([6, 5]);
  });
});

describe("a budget", () => {
  const input = { input: "Find the port." };
  type Set = Awaited<ReturnType<typeof setUp>>;
  type Callbacks = ReturnType<typeof guarded>["handler"][];

  const ways: Record<string, (set: Set, callbacks: Callbacks) => Promise<unknown>> = {
    "createAgent, invoke": ({ agent }, callbacks) => agent.invoke(question, { callbacks }),
    "createAgent, stream": ({ agent }, callbacks) =>
      readAll(agent.stream(question, { callbacks, streamMode: "messages" })),
    "AgentExecutor, invoke": ({ executor }, callbacks) => executor.invoke(input, { callbacks }),
    "AgentExecutor, stream": ({ executor }, callbacks) =>
      readAll(executor.stream(input, { callbacks })),
  };

  // Every answer costs 120 tokens and 0.25 USD; the one that reaches the limit is paid for.
  describe.for(Object.keys(ways))("%s", (way) => {
    test.for([
      { budget: { modelCalls: 3 }, requests: 3, bodies: 3 },
      { budget: { tokens: 360 }, requests: 3, bodies: 2 },
      { budget: { tokens: 240 }, requests: 2, bodies: 1 },
      { budget: { usd: 0.5 }, requests: 2, bodies: 1 },
      { budget: { usd: 0.75 }, requests: 3, bodies: 2 },
      { budget: { usd: 0 }, requests: 0, bodies: 0 },
    ])("$budget: $requests HTTP requests, $bodies bodies", async (expected) => {
      const { budget, requests, bodies } = expected;
      const set = await setUp(working);
      const { handler } = guarded({ budget, price: () => 0.25 });

      const { stop } = await ending(() => ways[way]!(set, [handler]));

      expect(stop?.report.used).toMatchObject({ tokens: requests * 120, usd: requests * 0.25 });
      expect([set.server.requests(), set.used.ran.length]).toEqual([requests, bodies]);
    });

    test("the final answer that spends the last of it is not thrown away", async () => {
      const set = await setUp((results) => (results < 2 ? working(results) : undefined));
      const { handler } = guarded({ budget: { usd: 0.75 }, price: () => 0.25 });

      const { result, error } = await ending(() => ways[way]!(set, [handler]));

      expect(error).toBeUndefined();
      expect(set.server.requests()).toBe(3);
      expect(JSON.stringify(result)).toContain("8080.");
    });
  });
});

test("an honest agent finishes, and its answers are told apart by their ids", async () => {
  const { server, agent } = await setUp(honest);
  const { handler, events } = guarded();

  const { result } = await ending(() => agent.invoke(question, { callbacks: [handler] }));

  expect(server.requests()).toBe(4);
  expect(result?.messages.at(-1)?.content).toBe("It is 8080.");
  const ids = result?.messages.filter((message) => isAIMessage(message)).map(({ id }) => id);
  expect(new Set(ids).size).toBe(4);
  expect(events.map(({ type }) => type)).toEqual(["run-ended"]);
});

test("a price is told provider, model and tokens", async () => {
  const { agent } = await setUp(honest);
  const priced: unknown[] = [];
  const { handler } = guarded({ price: (used) => void priced.push(used) });

  await ending(() => agent.invoke(question, { callbacks: [handler] }));

  expect(priced[0]).toMatchObject({
    model: "gpt-5-mini",
    provider: "openai",
    inputTokens: 100,
    outputTokens: 20,
  });
});
