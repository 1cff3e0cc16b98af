import { createBreaker, createRegistry } from "@guard/core";
import { Agent, handoff, Runner, tool, type ModelProvider } from "@openai/agents";
import { ending, listen } from "guard-test-support";
import { describe, expect, test } from "vitest";
import { z } from "zod";
import { guardAgent, guardRunner } from "../src/index.ts";
import { askSearch, bare, looping, searchTool, strict, wayNames, ways } from "./support/agents.ts";
import { resultsIn, scriptedModel } from "./support/scripted-model.ts";

describe.for(wayNames)("%s", (way) => {
  const play = async (...args: Parameters<(typeof ways)["run"]>) =>
    (await ways[way](...args)).finalOutput;

  test("a stopped run rejects, and no tool of the answer that stops it runs", async () => {
    const six = Array.from({ length: 6 }, () => askSearch);
    const { agent, runs, requests } = looping((turn) => (turn < 3 ? [askSearch] : six));
    const runner = guardRunner(new Runner(bare), createRegistry(strict));
    const { stop } = await ending(() => play(runner, agent));
    expect(stop?.finding.tool).toBe("search");
    expect([requests.length, runs.length]).toEqual([3, 2]);
  });

  test("finish: the run ends in guard's words, without a further model call", async () => {
    const { agent, requests } = looping();
    const runner = guardRunner(new Runner(bare), createRegistry({ ...strict, onTrip: "finish" }));
    const { result, error } = await ending(() => play(runner, agent));
    expect([result, error]).toEqual([expect.stringContaining("This task was stopped"), undefined]);
    expect(requests.length).toBe(3);
  });

  test("wind-down: one call without tools gives the last answer", async () => {
    const { agent, requests } = looping((_, { tools }) =>
      tools.length === 0 ? "I found no port." : [askSearch],
    );
    const registry = createRegistry({ ...strict, onTrip: "wind-down" });
    const events = listen(registry);
    const { result } = await ending(() => play(guardRunner(new Runner(bare), registry), agent));
    expect([result, requests.length]).toEqual(["I found no port.", 4]);
    expect(requests.at(-1)?.systemInstructions).toContain("You can't call tools any more.");
    expect(events.filter(({ type }) => type === "run-ended").length).toBe(1);
  });

  test("wind-down: a run that an operator stops gets no last answer", async () => {
    const registry = createRegistry({ ...strict, onTrip: "wind-down" });
    const { agent, requests, runs } = looping(() => {
      registry.stop({}, { by: "ops", why: "incident" });
      return [askSearch];
    });
    const { result } = await ending(() => play(guardRunner(new Runner(bare), registry), agent));
    expect(result).toContain("an operator stopped it");
    expect([requests.length, runs.length]).toEqual([1, 0]);
  });

  test.for(["run_llm_again", "stop_on_first_tool"] as const)(
    "a stop inside a tool also stops the agent that calls the tool (%s)",
    async (toolUseBehavior) => {
      const inner = looping();
      const outer = scriptedModel(() => [{ name: "looping", args: { input: "Find it." } }]);
      const tools = [inner.agent.asTool({})];
      const agent = new Agent({ name: "outer", model: outer.model, tools, toolUseBehavior });
      const runner = guardRunner(new Runner(bare), createRegistry(strict));
      const { stop } = await ending(() => play(runner, agent));
      expect(stop?.finding.tool).toBe("search");
      expect([outer.requests.length, inner.requests.length, inner.runs.length]).toEqual([1, 3, 2]);
    },
  );

  test("guard stops agents that hand the same work to each other", async () => {
    const a = scriptedModel(() => [{ name: "transfer_to_writer" }]);
    const b = scriptedModel(() => [{ name: "give_back" }]);
    const writer = new Agent({ name: "writer", model: b.model });
    const planner = new Agent({ name: "planner", model: a.model, handoffs: [writer] });
    writer.handoffs = [handoff(planner, { toolNameOverride: "give_back" })];
    const registry = createRegistry(strict);
    const events = listen(registry);
    const { stop } = await ending(() => play(guardRunner(new Runner(bare), registry), planner));
    expect(stop?.reason).toBe("delegation");
    expect(stop?.finding).toMatchObject({ agent: "planner", tool: "writer" });
    expect([a.requests.length, b.requests.length]).toEqual([3, 2]);
    expect(events.at(-1)?.type).toBe("run-ended");
  });
});

test.for(wayNames.flatMap((way) => [[way, "finish", 3] as const, [way, "wind-down", 4] as const]))(
  "%s, %s: the SDK's own figures hold all %i answers",
  async ([way, onTrip, answers]) => {
    const { agent } = looping((_, { tools }) => (tools.length === 0 ? "No port." : [askSearch]));
    const runner = guardRunner(new Runner(bare), createRegistry({ ...strict, onTrip }));
    const { state } = await ways[way](runner, agent);
    expect(state.usage).toMatchObject({
      requests: answers,
      inputTokens: answers * 100,
      outputTokens: answers * 20,
      totalTokens: answers * 120,
    });
  },
);

const askWorker = (input: string) => ({ name: "worker", args: { input } });

test("agents behind tools that work at once do not count as one", async () => {
  const { search, runs } = searchTool();
  const inner = scriptedModel((_, request) =>
    resultsIn(request).length < 3 ? [askSearch] : "done",
  );
  const models: ModelProvider = { getModel: async () => inner.model };
  const worker = new Agent({ name: "worker", tools: [search] });
  const outer = scriptedModel((turn) =>
    turn === 1 ? [askWorker("one"), askWorker("two")] : "done",
  );
  const agent = new Agent({ name: "outer", model: outer.model, tools: [worker.asTool({})] });
  const registry = createRegistry();
  const events = listen(registry);
  const runner = guardRunner(new Runner({ ...bare, modelProvider: models }), registry);
  const { result } = await ending(() => runner.run(agent, "Find both."));
  expect([result?.finalOutput, inner.requests.length, runs.length]).toEqual(["done", 8, 6]);
  expect(events.filter(({ type }) => type === "block")).toEqual([]);
});

test("a run that waits for a human goes on as the same run: what it has spent stays spent", async () => {
  const { model, requests } = scriptedModel((turn) => [{ name: "pay", args: { q: `${turn}` } }]);
  const pay = tool({
    name: "pay",
    description: "pay",
    parameters: z.object({ q: z.string() }),
    needsApproval: true,
    execute: () => "paid",
  });
  const agent = new Agent({ name: "payer", model, tools: [pay] });
  const runner = guardRunner(new Runner(bare), createRegistry({ budget: { modelCalls: 2 } }));
  let { state, interruptions } = await runner.run(agent, "Pay them all.");
  const approve = () => {
    for (const one of interruptions) state.approve(one);
  };
  approve();
  ({ state, interruptions } = await runner.run(agent, state));
  approve();
  const { stop } = await ending(() => runner.run(agent, state));
  expect([stop?.code, requests.length]).toEqual(["GUARD_BUDGET_EXCEEDED", 2]);
});

test("agents that many runs share belong to the run that asks them", async () => {
  const { agent } = looping((_, request) => (resultsIn(request).length < 1 ? [askSearch] : "done"));
  const breakers = [createBreaker(), createBreaker()];
  await Promise.all(
    breakers.map((one) => guardRunner(new Runner(bare), one).run(agent, "Find it.")),
  );
  expect(breakers.map(({ spending }) => [spending.modelCalls, spending.toolCalls])).toEqual([
    [2, 1],
    [2, 1],
  ]);
});

test("a trip is never retried", async () => {
  const { agent, requests } = looping();
  agent.modelSettings = { retry: { maxRetries: 3, policy: () => true } };
  const registry = createRegistry(strict);
  const events = listen(registry);
  const { stop } = await ending(() =>
    guardRunner(new Runner(bare), registry).run(agent, "Find it."),
  );
  expect([stop?.code, requests.length]).toEqual(["GUARD_CIRCUIT_OPEN", 3]);
  expect(events.filter(({ type }) => type === "deny")).toEqual([]);
});

/** An agent that asks for the same for ever, whose answers have a schema. */
function typed(onTrip: "finish" | "wind-down") {
  const { search } = searchTool();
  const { model, requests } = scriptedModel((_, { tools }) =>
    tools.length === 0 ? '{"port":8080}' : [askSearch],
  );
  const outputType = z.object({ port: z.number() });
  const agent = new Agent({ name: "typed", model, tools: [search], outputType });
  const runner = guardRunner(new Runner(bare), createRegistry({ ...strict, onTrip }));
  return { agent, runner, requests };
}

describe("an answer that has a schema", () => {
  test("regression: without a text of guard's the run rejects, and findCircuitOpen finds the trip", async () => {
    const { agent, runner, requests } = typed("finish");
    const { stop } = await ending(() => runner.run(agent, "Find the port."));
    expect([stop?.reason, requests.length]).toEqual(["loop", 3]);
  });

  test("regression: so does a stream", async () => {
    const { agent, runner, requests } = typed("finish");
    const result = await runner.run(agent, "Find the port.", { stream: true });
    const { stop } = await ending(() => result.completed);
    expect([stop?.reason, requests.length]).toEqual(["loop", 3]);
  });

  test("wind-down: the request asks the model for an answer of that schema", async () => {
    const { agent, runner } = typed("wind-down");
    const { finalOutput } = await runner.run(agent, "Find the port.");
    expect(finalOutput).toEqual({ port: 8080 });
  });
});

test("regression: the SDK finds guard's last words where it counts retries", async () => {
  const { agent } = looping();
  agent.modelSettings = { retry: { maxRetries: 3, policy: () => true } };
  const registry = createRegistry({ onTrip: "finish", budget: { modelCalls: 1 } });
  const { finalOutput } = await guardRunner(new Runner(bare), registry).run(agent, "Find it.");
  expect(finalOutput).toContain("This task was stopped");
});

test("guard counts arguments that no tool accepts, and stops the loop", async () => {
  const { agent, runs, requests } = looping(() => [{ name: "search", args: "{bad" }]);
  const runner = guardRunner(new Runner(bare), createRegistry(strict));
  const { stop } = await ending(() => runner.run(agent, "Find it."));
  expect(stop?.finding.tool).toBe("search");
  expect([requests.length, runs.length]).toEqual([3, 0]);
});

test("outside of guarded runs a guarded agent works as if guard were not there", async () => {
  const { agent, runs } = looping((turn) => (turn < 5 ? [askSearch] : "done"));
  const { finalOutput } = await new Runner(bare).run(guardAgent(agent), "Find it.");
  expect([finalOutput, runs.length]).toEqual(["done", 4]);
});
