// Agents behind tools, hand-offs, and runs inside tools: all of them are one run with one budget.
import { createBreaker, createRegistry, type GuardOptions } from "@guard/core";
import type * as sdk from "@openai/agents";
import {
  Agent,
  handoff,
  run as sdkRun,
  Runner,
  setDefaultModelProvider,
  tool,
  type Tool,
} from "@openai/agents";
import { createRequire } from "node:module";
import { ending, listen } from "guard-test-support";
import { describe, expect, test } from "vitest";
import { z } from "zod";
import { guardAgent, guardRunner } from "../src/index.ts";
import {
  ask,
  askSearch,
  bare,
  looping,
  searchTool,
  strict,
  wayNames,
  ways,
} from "./support/agents.ts";
import { resultsIn, scriptedModel } from "./support/scripted-model.ts";

const askLooping = { name: "looping", args: { input: "Find it." } };

function setUp(options: GuardOptions = strict, config: object = {}) {
  const registry = createRegistry({ warnings: false, ...options });
  const events = listen(registry);
  const runner = guardRunner(new Runner({ ...bare, ...config }), registry);
  const misplaced = () => events.filter(({ type }) => type === "unguarded");
  return { runner, misplaced, events };
}

describe.for(wayNames)("%s", (way) => {
  const play = ways[way];

  test("guard finds an agent behind a tool, with its own model and its tools", async () => {
    const inner = looping();
    const outer = scriptedModel(() => [askLooping]);
    const agent = new Agent({ name: "outer", model: outer.model, tools: [inner.agent.asTool({})] });
    const { runner, misplaced } = setUp({});
    const { stop } = await ending(() => play(runner, agent));
    expect([stop?.reason, outer.requests.length, inner.requests.length]).toEqual(["loop", 1, 6]);
    expect(inner.runs.length).toBe(3); // guard refused the others
    expect(misplaced()).toEqual([]);
  });

  test("guard finds an agent behind a tool that uses the runner's models", async () => {
    const { search, runs } = searchTool();
    const inner = scriptedModel(() => [askSearch]);
    const outer = scriptedModel(() => [askLooping]);
    const helper = new Agent({ name: "looping", tools: [search] });
    const agent = new Agent({ name: "outer", model: outer.model, tools: [helper.asTool({})] });
    const { runner, misplaced } = setUp(strict, {
      modelProvider: { getModel: async () => inner.model },
    });
    const { stop } = await ending(() => play(runner, agent));
    expect([stop?.reason, outer.requests.length, inner.requests.length]).toEqual(["loop", 1, 3]);
    expect(runs.length).toBe(2);
    expect(misplaced()).toEqual([]);
  });

  test("guard finds an agent behind a tool that has models of a provider of its own", async () => {
    const { search } = searchTool();
    const inner = scriptedModel(() => [askSearch]);
    const outer = scriptedModel(() => [askLooping]);
    const runConfig = { modelProvider: { getModel: async () => inner.model } };
    const helper = new Agent({ name: "looping", tools: [search] }).asTool({ runConfig });
    const agent = new Agent({ name: "outer", model: outer.model, tools: [helper] });
    const { stop } = await ending(() => play(setUp().runner, agent));
    expect([stop?.reason, outer.requests.length, inner.requests.length]).toEqual(["loop", 1, 3]);
  });

  test("guard tells that it does not hear an agent of another copy of the SDK", async () => {
    const inner = scriptedModel(() => "inner");
    const outer = scriptedModel((turn) => (turn < 3 ? [askLooping] : "outer"));
    const other = createRequire(import.meta.url)("@openai/agents") as typeof sdk;
    const helper = new other.Agent({ name: "looping", model: inner.model });
    const tools = [helper.asTool({}) as unknown as Tool];
    const agent = new Agent({ name: "outer", model: outer.model, tools });
    const { runner, misplaced } = setUp({});
    await ending(() => play(runner, agent));
    expect(misplaced()).toMatchObject([
      { agent: "outer", advice: expect.stringContaining("guardAgent(agent).asTool(") },
    ]);
  });

  test("guardAgent guards an agent of another copy of the SDK", async () => {
    const inner = scriptedModel(() => [askSearch]);
    const outer = scriptedModel(() => [askLooping]);
    const other = createRequire(import.meta.url)("@openai/agents") as typeof sdk;
    const { search, runs } = searchTool();
    const helper = new other.Agent({
      name: "looping",
      model: inner.model,
      tools: [search as never],
    });
    const tools = [guardAgent(helper).asTool({})];
    const agent = new Agent({ name: "outer", model: outer.model, tools });
    const { runner, misplaced } = setUp();
    const { stop } = await ending(() => play(runner, agent));
    expect([stop?.reason, inner.requests.length, runs.length]).toEqual(["loop", 3, 2]);
    expect(misplaced()).toEqual([]);
  });

  test("bad arguments for an agent behind a tool are no mistake of the user", async () => {
    const inner = looping(() => "inner");
    const outer = scriptedModel((turn) =>
      turn === 1 ? [{ name: "looping", args: { wrong: 1 } }, askLooping] : "outer",
    );
    const tools = [inner.agent.asTool({})];
    const agent = new Agent({ name: "outer", model: outer.model, tools });
    const { runner, misplaced } = setUp();
    expect((await play(runner, agent)).finalOutput).toBe("outer");
    expect(misplaced()).toEqual([]);
  });

  test("an agent's stream behind a tool stops the agent outside", async () => {
    const inner = looping();
    const outer = scriptedModel(() => [askLooping]);
    const tools = [inner.agent.asTool({ onStream: () => {} })];
    const agent = new Agent({ name: "outer", model: outer.model, tools });
    const { runner } = setUp();
    const { stop } = await ending(() => play(runner, agent));
    expect([stop?.reason, outer.requests.length, inner.requests.length]).toEqual(["loop", 1, 3]);
  });

  test("one budget holds all agents of a run", async () => {
    const inner = looping((turn) => (turn % 2 === 0 ? "inner" : [ask(`${turn}`)]));
    const outer = scriptedModel((turn) => [{ name: "looping", args: { input: `Find ${turn}.` } }]);
    const tools = [inner.agent.asTool({})];
    const agent = new Agent({ name: "outer", model: outer.model, tools });
    const { runner } = setUp({ budget: { modelCalls: 7 } });
    const { stop } = await ending(() => play(runner, agent));
    expect(stop?.reason).toBe("budget");
    expect(outer.requests.length + inner.requests.length).toBe(7);
  });

  test("guard stops the same task for the same agent behind a tool, as a delegation", async () => {
    const inner = scriptedModel(() => "I have found nothing.");
    const outer = scriptedModel(() => [askLooping]);
    const helper = new Agent({ name: "looping", model: inner.model });
    const agent = new Agent({ name: "outer", model: outer.model, tools: [helper.asTool({})] });
    const { runner } = setUp();
    const { stop } = await ending(() => play(runner, agent));
    expect([stop?.reason, outer.requests.length, inner.requests.length]).toEqual([
      "delegation",
      3,
      2,
    ]);
  });

  test("a delegation names the agent behind the tool, where guardAgent has told its name", async () => {
    const inner = scriptedModel(() => "I have found nothing.");
    const outer = scriptedModel(() => [{ name: "help", args: { input: "Find it." } }]);
    const helper = guardAgent(new Agent({ name: "researcher", model: inner.model }));
    const tools = [helper.asTool({ toolName: "help" })];
    const agent = new Agent({ name: "outer", model: outer.model, tools });
    const { runner } = setUp();
    const { stop } = await ending(() => play(runner, agent));
    expect(stop?.finding).toMatchObject({ agent: "outer", tool: "researcher" });
  });

  test("guard stops agents that hand over in a circle inside a tool", async () => {
    const a = scriptedModel(() => [{ name: "transfer_to_b" }]);
    const b = scriptedModel(() => [{ name: "transfer_to_a" }]);
    const second = new Agent({ name: "b", model: b.model });
    const first = new Agent({ name: "a", model: a.model, handoffs: [handoff(second)] });
    second.handoffs = [first];
    const outer = scriptedModel(() => [{ name: "a", args: { input: "Find it." } }]);
    const agent = new Agent({ name: "outer", model: outer.model, tools: [first.asTool({})] });
    const { runner } = setUp();
    const { stop } = await ending(() => play(runner, agent));
    expect(stop?.reason).toBe("delegation");
    expect([outer.requests.length, a.requests.length, b.requests.length]).toEqual([1, 3, 2]);
  });
});

// The SDK's own `run` takes the default provider once a process.
const innermost = looping();
setDefaultModelProvider({ getModel: async () => innermost.model });

test.for(["the guarded runner's run", "the SDK's own run"] as const)(
  "%s inside a tool's body is part of the run around it",
  async (how) => {
    const inner = how === "the SDK's own run" ? innermost : looping();
    const { runner, events } = setUp();
    const helper =
      inner === innermost ? new Agent({ name: "any", tools: inner.agent.tools }) : inner.agent;
    const outer = scriptedModel(() => [{ name: "ask", args: {} }]);
    const tools = [
      tool({
        name: "ask",
        description: "ask",
        parameters: z.object({}),
        execute: async () => {
          const made = inner === innermost ? sdkRun(helper, "Go.") : runner.run(helper, "Go.");
          return made.then(String, () => "Something went wrong.");
        },
      }),
    ];
    const agent = new Agent({ name: "outer", model: outer.model, tools });
    const { stop } = await ending(() => runner.run(agent, "Find it."));
    expect([stop?.reason, outer.requests.length, inner.requests.length]).toEqual(["loop", 1, 3]);
    expect(events.filter(({ type }) => type === "trip").length).toBe(1);
  },
);

test("guard books the usage of an agent behind a tool once", async () => {
  const inner = looping(() => "inner");
  const outer = scriptedModel((turn) => (turn === 1 ? [askLooping] : "outer"));
  const tools = [inner.agent.asTool({})];
  const agent = new Agent({ name: "outer", model: outer.model, tools });
  const breaker = createBreaker();
  await guardRunner(new Runner(bare), breaker).run(agent, "Find it.");
  expect(breaker.spending).toMatchObject({ modelCalls: 3, tokens: 360 });
});

const isLooping = (input: string) => Number(/#(\d+)/.exec(input)?.[1]) % 2 === 0;

test("fifty runs at once over the same agents: a budget each, and one's loop stops no other", async () => {
  const { search } = searchTool();
  const inner = scriptedModel((_, request) => {
    const said = JSON.stringify(request.input);
    const done = resultsIn(request).length;
    if (isLooping(said)) return [{ ...askSearch, id: crypto.randomUUID() }];
    return done < 3 ? [{ ...ask(`file ${done}`), id: crypto.randomUUID() }] : "inner";
  });
  const outer = scriptedModel((_, request) => {
    const input = /#\d+/.exec(JSON.stringify(request.input))?.[0];
    const id = crypto.randomUUID();
    return resultsIn(request).length > 0 ? "outer" : [{ name: "helper", args: { input }, id }];
  });
  const helper = new Agent({ name: "helper", model: inner.model, tools: [search] });
  const agent = new Agent({ name: "outer", model: outer.model, tools: [helper.asTool({})] });
  const { runner } = setUp({ ...strict, budget: { modelCalls: 6 } });

  const ends = await Promise.all(
    Array.from({ length: 50 }, (_, number) =>
      ending(async () => (await runner.run(agent, `Find #${number}.`)).finalOutput),
    ),
  );

  const seen = ends.map(({ result, stop }) => result ?? stop?.reason);
  expect(seen).toEqual(Array.from({ length: 50 }, (_, n) => (n % 2 === 0 ? "loop" : "outer")));
  expect(inner.requests.length).toBe(25 * 3 + 25 * 4);
});

const askingFor = (name: string) =>
  scriptedModel(() => [{ name, args: { input: "Find it." }, id: crypto.randomUUID() }]);

test("guard stops agents that call each other as tools, before the SDK does", async () => {
  const [toWriter, toResearcher] = [askingFor("write"), askingFor("research")];
  const researcher = new Agent({ name: "researcher", model: toWriter.model });
  const writer = new Agent({ name: "writer", model: toResearcher.model });
  researcher.tools = [writer.asTool({ toolName: "write" })];
  writer.tools = [researcher.asTool({ toolName: "research" })];
  const { runner, events } = setUp({});
  const { stop } = await ending(() => runner.run(writer, "Find it.", { maxTurns: 20 }));
  expect(stop?.reason).toBe("delegation");
  expect(toWriter.requests.length + toResearcher.requests.length).toBeLessThanOrEqual(6);
  expect(events.filter(({ type }) => type === "unguarded")).toEqual([]);
});
