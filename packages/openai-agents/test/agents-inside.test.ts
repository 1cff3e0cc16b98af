// Agents behind tools, hand-offs, runs inside tools: one run, one budget, and what is out of reach is told.
import { createBreaker, createRegistry, type GuardOptions } from "@guard/core";
import {
  Agent,
  handoff,
  run as sdkRun,
  Runner,
  setDefaultModelProvider,
  tool,
} from "@openai/agents";
import { ending, listen } from "guard-test-support";
import { describe, expect, test } from "vitest";
import { z } from "zod";
import { guardAgent, guardModelProvider, guardRunner } from "../src/index.ts";
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

  test("an agent behind a tool with a model of its own is out of reach: guard says so, once a run", async () => {
    const inner = looping((turn) => (turn % 3 === 0 ? "inner" : [ask(`${turn}`)]));
    const outer = scriptedModel((turn) => (turn < 3 ? [askLooping] : "outer"));
    const agent = new Agent({ name: "outer", model: outer.model, tools: [inner.agent.asTool({})] });
    const { runner, misplaced } = setUp({});
    await play(runner, agent);
    expect(misplaced()).toMatchObject([
      { agent: "outer", advice: expect.stringContaining("guardAgent(agent).asTool(") },
    ]);
  });

  test("an agent behind a tool with the runner's models is stopped, and guard says that its tools can't be refused", async () => {
    const { search } = searchTool();
    const inner = scriptedModel(() => [askSearch]);
    const outer = scriptedModel(() => [askLooping]);
    const helper = new Agent({ name: "looping", tools: [search] });
    const agent = new Agent({ name: "outer", model: outer.model, tools: [helper.asTool({})] });
    const { runner, misplaced } = setUp(strict, {
      modelProvider: { getModel: async () => inner.model },
    });
    const { stop } = await ending(() => play(runner, agent));
    expect([stop?.reason, outer.requests.length, inner.requests.length]).toEqual(["loop", 1, 3]);
    expect(misplaced().length).toBe(1);
  });

  test("a guarded agent behind a tool is no mistake, also where its arguments are no good", async () => {
    const inner = looping(() => "inner");
    const outer = scriptedModel((turn) =>
      turn === 1 ? [{ name: "looping", args: { wrong: 1 } }, askLooping] : "outer",
    );
    const tools = [guardAgent(inner.agent).asTool({})];
    const agent = new Agent({ name: "outer", model: outer.model, tools });
    const { runner, misplaced } = setUp();
    expect((await play(runner, agent)).finalOutput).toBe("outer");
    expect(misplaced()).toEqual([]);
  });

  test("an agent's stream behind a tool stops the agent outside", async () => {
    const inner = looping();
    const outer = scriptedModel(() => [askLooping]);
    const tools = [guardAgent(inner.agent).asTool({ onStream: () => {} })];
    const agent = new Agent({ name: "outer", model: outer.model, tools });
    const { runner } = setUp();
    const { stop } = await ending(() => play(runner, agent));
    expect([stop?.reason, outer.requests.length, inner.requests.length]).toEqual(["loop", 1, 3]);
  });

  test("one budget holds all agents of a run", async () => {
    const inner = looping((turn) => (turn % 2 === 0 ? "inner" : [ask(`${turn}`)]));
    const outer = scriptedModel((turn) => [{ name: "looping", args: { input: `Find ${turn}.` } }]);
    const tools = [guardAgent(inner.agent).asTool({})];
    const agent = new Agent({ name: "outer", model: outer.model, tools });
    const { runner } = setUp({ budget: { modelCalls: 7 } });
    const { stop } = await ending(() => play(runner, agent));
    expect(stop?.reason).toBe("budget");
    expect(outer.requests.length + inner.requests.length).toBe(7);
  });

  test("the same task for the same agent behind a tool is a delegation that is stopped", async () => {
    const inner = scriptedModel(() => "I have found nothing.");
    const outer = scriptedModel(() => [askLooping]);
    const helper = guardAgent(new Agent({ name: "looping", model: inner.model }));
    const agent = new Agent({ name: "outer", model: outer.model, tools: [helper.asTool({})] });
    const { runner } = setUp();
    const { stop } = await ending(() => play(runner, agent));
    expect([stop?.reason, outer.requests.length, inner.requests.length]).toEqual([
      "delegation",
      3,
      2,
    ]);
  });

  test("a delegation names the agent behind the tool, whatever the tool is called", async () => {
    const inner = scriptedModel(() => "I have found nothing.");
    const outer = scriptedModel(() => [{ name: "help", args: { input: "Find it." } }]);
    const helper = guardAgent(new Agent({ name: "researcher", model: inner.model }));
    const tools = [helper.asTool({ toolName: "help" })];
    const agent = new Agent({ name: "outer", model: outer.model, tools });
    const { runner } = setUp();
    const { stop } = await ending(() => play(runner, agent));
    expect(stop?.finding).toMatchObject({ agent: "outer", tool: "researcher" });
  });

  test("agents that hand over in a circle inside a tool are stopped", async () => {
    const a = scriptedModel(() => [{ name: "transfer_to_b" }]);
    const b = scriptedModel(() => [{ name: "transfer_to_a" }]);
    const second = new Agent({ name: "b", model: b.model });
    const first = guardAgent(new Agent({ name: "a", model: a.model, handoffs: [handoff(second)] }));
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
setDefaultModelProvider(guardModelProvider({ getModel: async () => innermost.model }));

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

test("what an agent behind a tool has used is booked once", async () => {
  const inner = looping(() => "inner");
  const outer = scriptedModel((turn) => (turn === 1 ? [askLooping] : "outer"));
  const tools = [guardAgent(inner.agent).asTool({})];
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
  const helper = guardAgent(new Agent({ name: "helper", model: inner.model, tools: [search] }));
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

test("agents that are tools of each other are stopped before they are as deep as the SDK allows", async () => {
  const [toWriter, toResearcher] = [askingFor("write"), askingFor("research")];
  const researcher = guardAgent(new Agent({ name: "researcher", model: toWriter.model }));
  const writer = guardAgent(new Agent({ name: "writer", model: toResearcher.model }));
  researcher.tools = [writer.asTool({ toolName: "write" })];
  writer.tools = [researcher.asTool({ toolName: "research" })];
  const { runner, events } = setUp({});
  const { stop } = await ending(() => runner.run(writer, "Find it.", { maxTurns: 20 }));
  expect(stop?.reason).toBe("delegation");
  expect(toWriter.requests.length + toResearcher.requests.length).toBeLessThanOrEqual(6);
  expect(events.filter(({ type }) => type === "unguarded")).toEqual([]);
});
