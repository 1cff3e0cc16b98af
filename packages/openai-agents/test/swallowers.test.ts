// Places of the SDK that swallow errors: after a trip nothing runs, and the caller gets the stop.
import { createBreaker, createRegistry, findCircuitOpen } from "@guard/core";
import { Agent, MemorySession, Runner, tool, type MCPServer, type Model } from "@openai/agents";
import { ending, readAll } from "guard-test-support";
import { describe, expect, test } from "vitest";
import { z } from "zod";
import { guardRunner } from "../src/index.ts";
import { askSearch, bare, looping, strict, wayNames, ways } from "./support/agents.ts";
import { scriptedModel } from "./support/scripted-model.ts";

const guardedRunner = () => guardRunner(new Runner(bare), createRegistry(strict));

describe.for(wayNames)("%s", (way) => {
  const play = ways[way];

  test("findCircuitOpen finds guard's error in the SDK's error", async () => {
    const { agent } = looping();
    const { error, stop } = await ending(() => play(guardedRunner(), agent));
    expect(error).toBe(stop);
    expect(stop).toMatchObject({ name: "CircuitOpenError", code: "GUARD_CIRCUIT_OPEN" });
  });

  test("a tool that catches every error hides no trip, also with an errorFunction", async () => {
    const inner = looping();
    const runner = guardedRunner();
    const ask = tool({
      name: "ask",
      description: "ask",
      parameters: z.object({}),
      errorFunction: () => "All is well.",
      execute: async () => {
        for (let attempt = 0; attempt < 3; attempt += 1) {
          await runner.run(inner.agent, "Find it.").catch(() => {});
        }
        throw new Error("nothing found");
      },
    });
    const { model, requests } = scriptedModel(() => [{ name: "ask", args: {} }]);
    const agent = new Agent({ name: "outer", model, tools: [ask] });
    const { stop } = await ending(() => play(runner, agent));
    expect([stop?.reason, requests.length, inner.requests.length]).toEqual(["loop", 1, 3]);
  });

  test("a listener that throws hides no trip", async () => {
    const { agent, requests } = looping();
    const runner = guardedRunner();
    const listen = () => {
      if (requests.length === 2) throw new Error("the user's own");
    };
    runner.on("agent_tool_start", listen);
    const { error } = await ending(() => play(runner, agent));
    expect(error).toBeInstanceOf(Error);
    expect(requests.length).toBeLessThanOrEqual(3);
  });

  test("guard refuses and stops calls of an MCP server, whose tools are new objects in every turn", async () => {
    let calls = 0;
    const server = {
      name: "files",
      cacheToolsList: false,
      connect: async () => {},
      close: async () => {},
      invalidateToolsCache: async () => {},
      listTools: async () => [
        {
          name: "search",
          inputSchema: {
            type: "object" as const,
            properties: { q: { type: "string" } },
            required: ["q"],
            additionalProperties: false,
          },
        },
      ],
      callTool: async () => {
        calls += 1;
        return [{ type: "text", text: "nothing" }];
      },
    } as unknown as MCPServer;
    const { model, requests } = scriptedModel(() => [askSearch]);
    const agent = new Agent({ name: "a", model, mcpServers: [server] });
    const runner = guardRunner(new Runner(bare), createRegistry());
    const { stop } = await ending(() => play(runner, agent));
    expect([stop?.reason, requests.length, calls]).toEqual(["loop", 6, 3]);
  });

  test("a session stays clean after a trip: its next run works", async () => {
    const session = new MemorySession();
    const { agent, requests } = looping((turn) => (turn < 4 ? [askSearch] : "It is 8080."));
    const runner = guardedRunner();
    const run = async () => {
      const options = { session };
      if (way === "run") return runner.run(agent, "Find the port.", options);
      const result = await runner.run(agent, "Find the port.", { ...options, stream: true });
      await result.completed;
      return result;
    };
    const { stop } = await ending(run);
    expect(stop?.reason).toBe("loop");
    const { finalOutput } = await run();
    expect([finalOutput, requests.length]).toEqual(["It is 8080.", 4]);
    const items = await session.getItems();
    expect(items.filter(({ type }) => type === "function_call")).toEqual([]);
  });
});

test.for(["default", "maxTurns"] as const)(
  "errorHandlers.%s does not swallow a trip",
  async (kind) => {
    const { agent, requests } = looping();
    const errorHandlers = { [kind]: () => ({ finalOutput: "All is well." }) };
    const { stop } = await ending(() => guardedRunner().run(agent, "Go.", { errorHandlers }));
    expect([stop?.reason, requests.length]).toEqual(["loop", 3]);
  },
);

async function begin() {
  const { agent, requests } = looping();
  const result = await guardedRunner().run(agent, "Go.", { stream: true });
  return { result, requests };
}

describe("a stream that is stopped", () => {
  test("throws at the iteration, and keeps the usage of the answer that stops it", async () => {
    const { result } = await begin();
    const { stop } = await ending(() => readAll(result));
    expect(stop?.reason).toBe("loop");
    expect(result.state.usage.requests).toBe(3);
  });

  test("throws at the reading of its text", async () => {
    const { result } = await begin();
    const { stop } = await ending(() => readAll(result.toTextStream() as AsyncIterable<string>));
    expect(stop?.reason).toBe("loop");
  });

  test("has the stop as its error without a reader, and nothing is unhandled", async () => {
    const { result, requests } = await begin();
    await ending(async () => {});
    await ending(async () => {});
    expect(findCircuitOpen(result.error)?.reason).toBe("loop");
    expect(requests.length).toBe(3);
  });
});

test("leaving a stream ends its run, without a further model call", async () => {
  const { agent, requests } = looping((turn) => [{ name: "search", args: { q: `${turn}` } }]);
  const runner = guardRunner(new Runner(bare), createRegistry());
  const result = await runner.run(agent, "Go.", { stream: true });
  for await (const event of result) if (event.type === "raw_model_stream_event") break;
  await ending(() => result.completed);
  const before = requests.length;
  await ending(async () => {});
  expect(requests.length).toBe(before);
});

test("after the caller's abort the run rejects with the caller's reason, and there is no trip", async () => {
  const aborting = new AbortController();
  const reason = new Error("the user has left");
  const { agent, requests } = looping((turn) => {
    if (turn === 2) aborting.abort(reason);
    return [{ name: "search", args: { q: `${turn}` } }];
  });
  const registry = createRegistry();
  const runner = guardRunner(new Runner(bare), registry);
  const { error, stop } = await ending(() =>
    runner.run(agent, "Go.", { signal: aborting.signal, maxTurns: 4 }),
  );
  expect(stop).toBe(undefined);
  expect(error).toBeInstanceOf(Error);
  expect(requests.length).toBeLessThanOrEqual(4);
});

describe("the breaker's signal cuts a run off in flight", () => {
  const waiting: Model = {
    getResponse: ({ signal }) =>
      new Promise((_, reject) => {
        signal?.addEventListener("abort", () => reject(new DOMException("cut", "AbortError")));
      }),
    async *getStreamedResponse(request) {
      yield { type: "response_started" };
      yield { type: "response_done", response: (await this.getResponse(request)) as never };
    },
  };

  test.for(wayNames)("%s: the run rejects, and findCircuitOpen finds the trip", async (way) => {
    const breaker = createBreaker();
    const agent = new Agent({ name: "a", model: waiting });
    const runner = guardRunner(new Runner(bare), breaker);
    const { signal } = breaker;
    const { stop } = await ending(async () => {
      setImmediate(() => breaker.override({ force: "open", by: "ops", why: "incident" }));
      if (way === "run") return runner.run(agent, "Go.", { signal });
      const result = await runner.run(agent, "Go.", { signal, stream: true });
      return result.completed;
    });
    expect(stop?.reason).toBe("manual");
  });
});

test("stop_on_first_tool makes no success of a stop inside the tool", async () => {
  const inner = looping();
  const { model, requests } = scriptedModel(() => [{ name: "looping", args: { input: "Go." } }]);
  const agent = new Agent({
    name: "outer",
    model,
    tools: [inner.agent.asTool({})],
    toolUseBehavior: "stop_on_first_tool",
  });
  const { stop } = await ending(() => guardedRunner().run(agent, "Go."));
  expect([stop?.reason, requests.length]).toEqual(["loop", 1]);
});
