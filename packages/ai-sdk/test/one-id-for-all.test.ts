// Some gateways give every call of an answer the same id.
import { createBreaker, type GuardOptions } from "@guard/core";
import { tool } from "ai";
import { scriptedModel, type ToolRequest } from "guard-test-support/ai-sdk";
import { describe, expect, test } from "vitest";
import { z } from "zod";
import { guardAI } from "../src/index.ts";
import { watchRejections } from "./support/guarded.ts";
import { runnerNames, runners } from "./support/runners.ts";
import { is5, testIf } from "./support/versions.ts";

watchRejections();

const id = "get_weather";
const weather = (city: string): ToolRequest => ({ name: id, args: { city }, id });

async function ask(runner: (typeof runnerNames)[number], options: GuardOptions, name = id) {
  const breaker = createBreaker(options);
  const told: string[] = [];
  for (const event of ["warn", "block", "stale-result"] as const) {
    breaker.on(event, ({ type }) => void told.push(type));
  }
  const guard = guardAI(breaker);
  const ran: string[] = [];
  const getWeather = tool({
    inputSchema: z.object({ city: z.string() }),
    execute: async ({ city }) => {
      ran.push(city);
      return `sunny in ${city}`;
    },
  });
  const cities = ["Oslo", "Rome", "Bern"];
  const { model } = scriptedModel((turn) => (turn === 1 ? cities.map(weather) : "All sunny."));
  const tools = guard.tools({ [name]: getWeather });
  const text = await runners[runner]({ model: guard.model(model), tools, guard });
  return { text, ran, told, breaker };
}

describe.for(runnerNames)("%s: three calls of one answer with one id", (runner) => {
  test.for([{}, { budget: { toolCalls: 4 } }])("are three calls, under %j", async (options) => {
    const { text, ran, told, breaker } = await ask(runner, options);
    expect([text, ran, told]).toEqual(["All sunny.", ["Oslo", "Rome", "Bern"], []]);
    expect(breaker.spending).toMatchObject({ modelCalls: 2, toolCalls: 3 });
    expect(breaker.snapshot().state["pending"]).toEqual([]);
  });

  testIf(!is5)("are three calls where their tool does not exist", async () => {
    const { text, ran, breaker } = await ask(runner, { budget: { toolCalls: 4 } }, "other");
    expect([text, ran]).toEqual(["All sunny.", []]);
    expect(breaker.spending).toMatchObject({ modelCalls: 2, toolCalls: 3 });
    expect(breaker.snapshot().state["pending"]).toEqual([]);
  });
});
