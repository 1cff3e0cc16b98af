// The end of the budget, the time after a trip, and loops that share a breaker or a registry.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { createBreaker, createRegistry, memoryStore } from "@guard/core";
import { describe, expect, test } from "vitest";
import { runLoop, type ModelClient } from "../src/index.ts";
import { asks, echo, says, scripted, spec, toldOnConsole } from "./scripted-client.ts";

const told = toldOnConsole();

describe("the end of the budget", () => {
  const four = Array.from({ length: 4 }, (_, n) => ({
    calls: [{ id: `${n}`, tool: "search", args: { n } }],
  }));

  test("a final answer with the fifth call of five is a success", async () => {
    const model = scripted(...four, says("It is 8080."));
    const result = await runLoop({ spec, model, tools: echo });
    expect(result).toMatchObject({ success: true, modelCalls: 5, breach: undefined });
  });

  test("an answer with exactly 15,000 tokens is a success", async () => {
    const usage = { inputTokens: 14_000, outputTokens: 1_000 };
    const result = await runLoop({ spec, model: scripted({ ...says("It is 8080."), usage }) });
    expect(result).toMatchObject({ success: true, tokens: 15_000, breach: undefined });
  });

  test("a fifth answer that asks for a tool is no success", async () => {
    const model = scripted(...four, asks("search"), says("It is 8080."));
    const result = await runLoop({ spec, model, tools: echo });
    expect(result).toMatchObject({ success: false, breach: { reason: "budget" }, modelCalls: 5 });
    expect(model.requests).toHaveLength(5);
  });
});

describe("after a trip", () => {
  test("a caller that looks away leaves the operator the banner of the README", async () => {
    const sessionId = "1b9d6bcd-bbfd-4b2d-9b5d-ab8dfbbd4bed";
    const usage = { inputTokens: 900, outputTokens: 60 };
    const model = scripted({ ...asks("search"), usage });
    await runLoop({ spec, model, tools: echo, sessionId }).catch(() => {});
    expect(told).toHaveLength(1);
    const readme = readFileSync(join(import.meta.dirname, "../README.md"), "utf8");
    expect(readme).toContain(`\`\`\`\n${told[0]}\n\`\`\``);
  });

  test("the banner names the cost where guard knows prices", async () => {
    const usage = { inputTokens: 900, outputTokens: 60, usd: 0.01 };
    const breaker = createBreaker({ budget: { modelCalls: 2 } });
    await runLoop({ spec, model: scripted({ ...asks("search"), usage }), tools: echo, breaker });
    expect(told[0]).toContain("used: 2 model calls, 1920 tokens, 0.0200 USD");
  });

  test("a new loop with the same breaker asks no model", async () => {
    const breaker = createBreaker({ preset: "strict" });
    await runLoop({ spec, model: scripted(asks("search")), tools: echo, breaker });
    const model = scripted(says("It is 8080."));
    const result = await runLoop({ spec, model, breaker });
    expect(result).toMatchObject({ success: false, modelCalls: 0, breach: { reason: "loop" } });
    expect(model.requests).toEqual([]);
  });

  test("a job asks no model until the cooldown is over, and then it may succeed", async () => {
    let now = 0;
    const ports = { clock: () => now };
    const store = memoryStore(ports);
    /** A start of the job, as in a process of its own. */
    const start = async (model: ModelClient) => {
      const registry = createRegistry({ store, ports, recovery: { cooldownMs: 1_000 } });
      const breaker = registry.breaker({ name: "nightly" });
      return runLoop({ spec, model, tools: echo, breaker });
    };
    await start(scripted(asks("search")));
    const model = scripted(says("It is 8080."));
    expect(await start(model)).toMatchObject({ success: false, breach: { reason: "loop" } });
    expect(model.requests).toEqual([]);
    now = 1_001;
    expect(await start(model)).toMatchObject({ success: true, modelCalls: 1 });
  });

  test("the other loop of a shared breaker starts no tool and no model call", async () => {
    const breaker = createBreaker({ preset: "strict", shared: true });
    const trip = new Promise<void>((resolve) => void breaker.on("trip", () => resolve()));
    let runs = 0;
    const waiting = scripted(async () => {
      await trip;
      return { text: "", ...asks("count") };
    });
    const tools = { ...echo, count: { run: () => (runs += 1) } };
    const [one, other] = await Promise.all([
      runLoop({ spec, model: scripted(asks("search")), tools, breaker }),
      runLoop({ spec, model: waiting, tools, breaker }),
    ]);
    expect([one.breach?.reason, other.breach?.reason]).toEqual(["loop", "loop"]);
    expect([runs, waiting.requests.length]).toEqual([0, 1]);
  });
});

test("loops of one registry at once have a budget and a result each", async () => {
  const registry = createRegistry({ budget: { modelCalls: 3 } });
  const results = await Promise.all(
    Array.from({ length: 20 }, (_, index) => {
      const model = index % 2 ? scripted(says("Done.")) : scripted(asks("search"));
      return runLoop({ spec, model, tools: echo, breaker: registry.breaker() });
    }),
  );
  expect(results.map(({ success, modelCalls }) => [success, modelCalls])).toEqual(
    results.map((_, index) => (index % 2 ? [true, 1] : [false, 3])),
  );
});
