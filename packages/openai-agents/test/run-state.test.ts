// A run that goes on from its state, live or from a string, is the same run: guard keeps what it has spent and asked for.
import { createRegistry, type GuardOptions } from "@guard/core";
import { Agent, RunContext, RunState, Runner, tool } from "@openai/agents";
import { ending, listen } from "guard-test-support";
import { describe, expect, test } from "vitest";
import { z } from "zod";
import { guardRunner, type AnyAgent } from "../src/index.ts";
import { askSearch, bare, looping, searchTool, strict, wayNames, ways } from "./support/agents.ts";
import { resultsIn, scriptedModel } from "./support/scripted-model.ts";

type State = RunState<unknown, AnyAgent>;

/** What comes back from where a state was kept: the process that goes on may be another one. */
const keepings = {
  live: async (_: AnyAgent, state: State) => state,
  "from a string": (agent: AnyAgent, state: State) => RunState.fromString(agent, state.toString()),
} as const;

const guardedRunner = (options: GuardOptions) =>
  guardRunner(new Runner(bare), createRegistry(options));

function approveAll<S extends Pick<State, "getInterruptions" | "approve">>(state: S): S {
  for (const one of state.getInterruptions()) state.approve(one);
  return state;
}

describe.for(wayNames)("%s", (way) => {
  const play = ways[way];

  describe.for(["live", "from a string"] as const)("a state, %s", (kept) => {
    const keep = keepings[kept];

    test("goes on with its run's budget", async () => {
      const { agent, requests } = looping(
        (turn) => [{ name: "search", args: { q: `${turn}` } }],
        true,
      );
      const options = { budget: { modelCalls: 2 } };
      const first = await play(guardedRunner(options), agent);
      const second = await play(
        guardedRunner(options),
        agent,
        approveAll(await keep(agent, first.state)),
      );
      const state = approveAll(await keep(agent, second.state));

      const { stop } = await ending(() => play(guardedRunner(options), agent, state));

      expect([stop?.code, requests.length]).toEqual(["GUARD_BUDGET_EXCEEDED", 2]);
    });

    test("goes on with its run's evidence: the third same call of all stops it", async () => {
      const { agent, runs, requests } = looping(undefined, true);
      const first = await play(guardedRunner(strict), agent);
      const second = await play(
        guardedRunner(strict),
        agent,
        approveAll(await keep(agent, first.state)),
      );
      const state = approveAll(await keep(agent, second.state));

      const { stop } = await ending(() => play(guardedRunner(strict), agent, state));

      expect([stop?.reason, requests.length, runs.length]).toEqual(["loop", 3, 2]);
    });

    test("counts an approved call once", async () => {
      const { agent, runs } = looping((turn) => (turn === 1 ? [askSearch] : "done"), true);
      const options = { budget: { toolCalls: 1 } };
      const first = await play(guardedRunner(options), agent);
      const state = approveAll(await keep(agent, first.state));

      const { finalOutput } = await play(guardedRunner(options), agent, state);

      expect([finalOutput, runs]).toEqual(["done", ["a"]]);
    });

    test("an agent behind a tool waits for a human, and goes on inside it", async () => {
      const { search, runs } = searchTool(true);
      const inner = scriptedModel((_, request) =>
        resultsIn(request).length ? "inner" : [askSearch],
      );
      const outer = scriptedModel((_, request) =>
        resultsIn(request).length ? "outer" : [{ name: "helper", args: { input: "Find it." } }],
      );
      const helper = new Agent({ name: "helper", model: inner.model, tools: [search] });
      const agent = new Agent({ name: "outer", model: outer.model, tools: [helper.asTool({})] });
      const registry = createRegistry();
      const events = listen(registry);
      const first = await play(guardRunner(new Runner(bare), registry), agent);
      const state = approveAll(await keep(agent, first.state));

      const { finalOutput } = await play(guardRunner(new Runner(bare), registry), agent, state);

      expect([finalOutput, runs]).toEqual(["outer", ["a"]]);
      expect([inner.requests.length, outer.requests.length]).toEqual([2, 2]);
      expect(events.filter(({ type }) => type === "unguarded")).toEqual([]);
    });
  });

  test("two runs that go on from one saved state spend one budget", async () => {
    const { agent, requests } = looping(
      (turn) => [{ name: "search", args: { q: `${turn}` } }],
      true,
    );
    const runner = guardedRunner({ budget: { modelCalls: 2 } });
    const saved = (await play(runner, agent)).state.toString();
    const again = async () => approveAll(await RunState.fromString(agent, saved));
    await play(runner, agent, await again());

    const { stop } = await ending(async () => play(runner, agent, await again()));

    expect([stop?.code, requests.length]).toEqual(["GUARD_BUDGET_EXCEEDED", 2]);
  });

  test("a state does not go on if its record of guard's was changed", async () => {
    const { agent, requests } = looping(undefined, true);
    const { state } = await play(guardedRunner(strict), agent);
    const saved = state.toString().replaceAll('"snapshot":{"version":2', '"snapshot":{"version":9');
    const changed = approveAll(await RunState.fromString(agent, saved));

    const { error } = await ending(() => play(guardedRunner(strict), agent, changed));

    expect(error).toMatchObject({ code: "GUARD_BAD_SNAPSHOT" });
    expect(requests.length).toBe(1);
  });

  test("a finished run has nothing of guard's in its result", async () => {
    const { agent } = looping((turn) => (turn === 1 ? [askSearch] : "done"));
    const { state } = await play(guardedRunner(strict), agent);
    expect(state.toString()).not.toContain("guard");
  });

  test("a stopped run stays stopped, from the state in its error", async () => {
    const { search, runs } = searchTool();
    const inner = looping();
    const tools = [inner.agent.asTool({}), search];
    const outer = scriptedModel(() => [{ name: "looping", args: { input: "Find it." } }]);
    const agent = new Agent({ name: "outer", model: outer.model, tools });
    const registry = createRegistry(strict);
    const { error } = await ending(() => play(guardRunner(new Runner(bare), registry), agent));
    const { state } = error as { readonly state?: State };

    const { stop } = await ending(() =>
      play(guardRunner(new Runner(bare), registry), agent, state),
    );

    expect(stop?.reason).toBe("loop");
    expect([outer.requests.length, inner.requests.length, runs.length]).toEqual([1, 3, 0]);
  });
});

test("a stopped stream stays stopped, from the state of its result", async () => {
  const { agent, runs, requests } = looping();
  const runner = guardedRunner(strict);
  const result = await runner.run(agent, "Find the port.", { stream: true });
  await ending(() => result.completed);

  const { stop } = await ending(() => runner.run(agent, result.state));

  expect([stop?.reason, requests.length, runs.length]).toEqual(["loop", 3, 2]);
});

test("a new state without an answer of a model keeps its budget, too", async () => {
  const fails = new Error("503");
  const { agent, requests } = looping(() => {
    throw fails;
  });
  const state = new RunState(new RunContext(), "Find the port.", agent, 10);
  const runner = guardedRunner({ budget: { modelCalls: 1 } });
  await ending(() => runner.run(agent, state));

  const { stop } = await ending(() => runner.run(agent, state));

  expect([stop?.code, requests.length]).toEqual(["GUARD_BUDGET_EXCEEDED", 1]);
});

test.for(["loop", "budget"] as const)(
  "regression: a stopped run stays stopped, from a state of one's own (%s)",
  async (reason) => {
    const { agent, requests } = looping((turn) => [
      { name: "search", args: { q: reason === "loop" ? "a" : `${turn}` } },
    ]);
    const state = new RunState(new RunContext(), "Find the port.", agent, 10);
    const runner = guardedRunner({ preset: "strict", budget: { modelCalls: 3 } });
    await ending(() => runner.run(agent, state));
    const read = await RunState.fromString(agent, state.toString());

    const stops = [
      await ending(() => runner.run(agent, state)),
      await ending(() => runner.run(agent, read)),
    ].map(({ stop }) => stop?.reason);

    expect([stops, requests.length]).toEqual([[reason, reason], 3]);
  },
);

test.for(["throw", "finish"] as const)(
  "a call that was approved does not run once an operator has stopped all runs (%s)",
  async (onTrip) => {
    const { agent, runs, requests } = looping(undefined, true);
    const registry = createRegistry({ onTrip });
    const runner = guardRunner(new Runner(bare), registry);
    const { state } = await runner.run(agent, "Find the port.");
    registry.stop({}, { by: "ops", why: "incident" });

    const { stop, result } = await ending(() => runner.run(agent, approveAll(state)));

    if (onTrip === "throw") expect(stop?.reason).toBe("manual");
    else expect(result?.finalOutput).toContain("an operator stopped it");
    expect([requests.length, runs]).toEqual([1, []]);
  },
);

test("a run that has used up maxTurns goes on with its budget when it gets more turns", async () => {
  const { agent, requests } = looping((turn) => [{ name: "search", args: { q: `${turn}` } }]);
  const runner = guardedRunner({ budget: { modelCalls: 3 } });
  const { error } = await ending(() => runner.run(agent, "Find the port.", { maxTurns: 2 }));
  const { state } = error as { readonly state: State };
  Object.assign(state, { _maxTurns: 10 }); // newer versions take it as an option of run

  const { stop } = await ending(() => runner.run(agent, state));

  expect([stop?.code, requests.length]).toEqual(["GUARD_BUDGET_EXCEEDED", 3]);
});

test("a call that a human rejects does not run, and guard does not count it", async () => {
  const pay = tool({
    name: "pay",
    description: "pay",
    parameters: z.object({ q: z.string() }),
    needsApproval: true,
    execute: () => "paid",
  });
  const { model } = scriptedModel((turn) =>
    turn === 1 ? [{ name: "pay", args: { q: "a" } }] : "no",
  );
  const agent = new Agent({ name: "payer", model, tools: [pay] });
  const runner = guardedRunner(strict);
  const { state, interruptions } = await runner.run(agent, "Pay.");
  for (const one of interruptions) state.reject(one);
  expect((await runner.run(agent, state)).finalOutput).toBe("no");
});
