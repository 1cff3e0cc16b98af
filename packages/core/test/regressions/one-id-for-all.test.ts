// Some gateways give every call of an answer the same id.
import { expect, test } from "vitest";
import { createBreaker } from "../../src/breaker/breaker.ts";
import { runsOf, runTool } from "../../src/adapter/index.ts";
import type { ToolCall } from "../../src/vocabulary/call.ts";

const weather = (city: string): ToolCall => ({
  kind: "tool",
  id: "get_weather",
  tool: "get_weather",
  args: { city },
});
const cities = ["Oslo", "Rome", "Bern"];

test("three calls of one answer with one id are three calls, and the same three at a second question", async () => {
  const breaker = createBreaker();
  const lane = breaker.agent();
  const ask = async () => {
    const decisions = await lane.admit(cities.map(weather), { answer: "1" });
    return decisions.map(({ token }) => token.id);
  };
  const first = await ask();
  expect(new Set(first).size).toBe(3);
  expect(await ask()).toEqual(first);
  expect(breaker.spending.toolCalls).toBe(3);
});

test("their tools start in any order: three of four calls are spent, and each hears of its own result", async () => {
  const breaker = createBreaker({ budget: { toolCalls: 4 } });
  const agent = runsOf(breaker).run(breaker.id).agent();
  const { key } = await agent.request({ kind: "model" });
  await agent.answered(key, { calls: cities.map(weather) });
  for (const city of ["Rome", "Oslo", "Bern"]) {
    runTool(agent, weather(city), () => `sunny in ${city}`);
  }
  expect(breaker.spending.toolCalls).toBe(3);
  expect(agent.run.asked.isEmpty).toBe(true);

  const next = await agent.request({ kind: "model" });
  await agent.answered(next.key, { calls: [weather("Rome")] });
  runTool(agent, weather("Rome"), () => "sunny in Rome");
  expect(breaker.spending.toolCalls).toBe(4);
});
