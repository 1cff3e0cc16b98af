// onTrip: "ask". A stopped run waits for a human, as the SDK's own approvals do: live or from a string.
import { createRegistry, type GuardOptions } from "@guard/core";
import { Agent, RunState, Runner, tool } from "@openai/agents";
import { ending, listen } from "guard-test-support";
import { describe, expect, test } from "vitest";
import { z } from "zod";
import { guardAgent, guardRunner, type AnyAgent } from "../src/index.ts";
import { ask, bare, looping, searchTool, strict, wayNames, ways } from "./support/agents.ts";
import { scriptedModel } from "./support/scripted-model.ts";

type State = RunState<unknown, AnyAgent>;

const asks: GuardOptions = { ...strict, onTrip: "ask" };

const goOn = () => ({ isFinalOutput: false, isInterrupted: undefined }) as const;

const guardedRunner = (options: GuardOptions = asks) =>
  guardRunner(new Runner(bare), createRegistry(options));

function decide<S extends Pick<State, "getInterruptions" | "approve" | "reject">>(
  state: S,
  decision: "approve" | "reject",
): S {
  for (const one of state.getInterruptions()) state[decision](one);
  return state;
}

const questionIn = (state: State) => {
  const [asked] = state.getInterruptions();
  return { name: asked?.name, question: JSON.parse(asked?.arguments ?? "{}") as unknown };
};

describe.for(wayNames)("%s", (way) => {
  const play = ways[way];

  test("a stopped run asks a human, with a text and the trip, and runs nothing more", async () => {
    const { agent, requests, runs } = looping();
    const registry = createRegistry(asks);
    const events = listen(registry);
    const { state, interruptions } = await play(guardRunner(new Runner(bare), registry), agent);

    expect(interruptions.length).toBe(1);
    expect(questionIn(state)).toMatchObject({
      name: "guard_go_on",
      question: {
        guard: "trip",
        text: expect.stringContaining("This task was stopped"),
        trip: { reason: "loop", finding: { tool: "search" } },
      },
    });
    expect([requests.length, runs.length]).toEqual([3, 2]);
    expect(events.at(-1)?.type).toBe("run-ended");
  });

  describe.for(["live", "from a string"] as const)("a state, %s", (kept) => {
    const keep = async (agent: AnyAgent, state: State) =>
      kept === "live" ? state : RunState.fromString(agent, state.toString());

    test("approved: one step more passes, then guard asks again", async () => {
      const { agent, requests, runs } = looping();
      const runner = guardedRunner();
      const first = await play(runner, agent);
      const state = decide(await keep(agent, first.state), "approve");

      const next = await play(runner, agent, state);

      expect(questionIn(next.state).name).toBe("guard_go_on");
      expect([requests.length, runs.length]).toEqual([5, 3]);
    });

    test("approved: the run can finish with the model's answer", async () => {
      const { agent, requests } = looping((turn) => (turn < 4 ? [ask("a")] : "It is 8080."));
      const runner = guardedRunner();
      const first = await play(runner, agent);

      const state = decide(await keep(agent, first.state), "approve");
      const { finalOutput } = await play(runner, agent, state);

      expect([finalOutput, requests.length]).toEqual(["It is 8080.", 4]);
    });

    test("rejected: the run ends in guard's words, without a model call", async () => {
      const { agent, requests, runs } = looping();
      const runner = guardedRunner();
      const first = await play(runner, agent);

      const state = decide(await keep(agent, first.state), "reject");
      const { result, error } = await ending(() => play(runner, agent, state));

      expect(error).toBe(undefined);
      expect(result?.finalOutput).toContain("This task was stopped");
      expect([requests.length, runs.length]).toEqual([3, 2]);
    });
  });

  test("no model sees the question or its answer", async () => {
    const { agent, requests } = looping();
    const runner = guardedRunner();
    const { state } = await play(runner, agent);
    await play(runner, agent, decide(state, "approve"));
    expect(JSON.stringify(requests)).not.toContain("guard_go_on");
  });

  test("a run out of budget asks a human before the model call that would overspend", async () => {
    const { agent, requests } = looping((turn) => [ask(`${turn}`)]);
    const runner = guardedRunner({ onTrip: "ask", budget: { modelCalls: 2 } });
    const { state } = await play(runner, agent);
    expect(questionIn(state).question).toMatchObject({ trip: { reason: "budget" } });
    const next = await play(runner, agent, decide(state, "approve"));
    expect([questionIn(next.state).name, requests.length]).toEqual(["guard_go_on", 4]);
  });

  test("after approval an answer with three calls may make all three", async () => {
    const three = [ask("a"), ask("b"), ask("c")];
    const { agent, runs } = looping(() => three);
    const runner = guardedRunner();
    const { state } = await play(runner, agent);
    const before = runs.length;
    await play(runner, agent, decide(state, "approve"));
    expect(runs.length - before).toBe(3);
  });

  test("an agent behind a tool leaves the question to the agent that calls the tool", async () => {
    const inner = looping();
    const outer = scriptedModel(() => [{ name: "looping", args: { input: "Find it." } }]);
    const tools = [inner.agent.asTool({})];
    const agent = new Agent({ name: "outer", model: outer.model, tools });
    const { state } = await play(guardedRunner(), agent);
    expect(questionIn(state).name).toBe("guard_go_on");
    expect([outer.requests.length, inner.requests.length, inner.runs.length]).toEqual([1, 3, 2]);
  });

  test.for([
    ["the first tool ends it", "stop_on_first_tool"],
    ["a function says what ends it", goOn],
  ] as const)("an agent that can't ask ends in guard's words (%s)", async ([, toolUseBehavior]) => {
    const { model, requests } = scriptedModel(() => [ask("a")]);
    const { search } = searchTool();
    const agent = new Agent({ name: "a", model, tools: [search], toolUseBehavior });
    const runner = guardedRunner({ onTrip: "ask", budget: { modelCalls: 0 } });
    const { finalOutput } = await play(runner, agent);
    expect(finalOutput).toContain("This task was stopped");
    expect(requests.length).toBe(0);
  });

  test("a run inside a tool's body leaves the question to the run around it", async () => {
    const inner = looping();
    const runner = guardedRunner();
    const outer = scriptedModel(() => [{ name: "help", args: {} }]);
    const help = tool({
      name: "help",
      description: "help",
      parameters: z.object({}),
      execute: async () => String((await runner.run(inner.agent, "Find it.")).finalOutput),
    });
    const agent = new Agent({ name: "outer", model: outer.model, tools: [help] });
    const { state } = await play(runner, agent);
    expect(questionIn(state).name).toBe("guard_go_on");
    expect([outer.requests.length, inner.requests.length, inner.runs.length]).toEqual([1, 3, 2]);
  });

  test("the SDK's own approvals stay what they are", async () => {
    const { agent, runs } = looping((turn) => (turn < 2 ? [ask("a")] : "done"), true);
    const runner = guardedRunner();
    const { state } = await play(runner, agent);
    expect(questionIn(state).name).toBe("search");
    const { finalOutput } = await play(runner, agent, decide(state, "approve"));
    expect([finalOutput, runs]).toEqual(["done", ["a"]]);
  });
});

test("another process goes on from a string, with guardAgent", async () => {
  const { agent } = looping();
  const { state } = await guardedRunner().run(agent, "Find the port.");
  const other = looping(() => "It is 8080.");

  const read = await RunState.fromString(guardAgent(other.agent), state.toString());
  const { finalOutput } = await guardedRunner().run(other.agent, decide(read, "approve"));

  expect([finalOutput, other.requests.length]).toEqual(["It is 8080.", 1]);
});

function handingOver() {
  const { agent, requests } = looping();
  const { model } = scriptedModel(() => [{ name: "transfer_to_looping" }]);
  return { requests, agent: new Agent({ name: "front", model, handoffs: [agent] }) };
}

test("the agent after a hand-off goes on from a string", async () => {
  const { state } = await guardedRunner().run(handingOver().agent, "Find the port.");
  const { agent, requests } = handingOver();

  const read = await RunState.fromString(guardAgent(agent), state.toString());
  const next = await guardedRunner().run(agent, decide(read, "approve"));

  expect([questionIn(next.state).name, requests.length]).toEqual(["guard_go_on", 2]);
});

test("a guarded agent in an unguarded run does not show guard's tool to its model", async () => {
  const { agent, requests } = looping(() => "done");
  await guardedRunner().run(agent, "Find the port.");
  await new Runner(bare).run(agent, "Find the port.");
  expect(requests.map(({ tools }) => tools.length)).toEqual([1, 1]);
});

test("regression: a run that a human has stopped does not go on after the break of its trip", async () => {
  let now = 1_000;
  const options: GuardOptions = { ...asks, ports: { clock: () => now } };
  const { agent, requests } = looping();
  const { state } = await guardedRunner(options).run(agent, "Find the port.");
  now += 3_600_000;
  const { finalOutput } = await guardedRunner(options).run(agent, decide(state, "reject"));
  expect(finalOutput).toContain("This task was stopped");
  expect(requests.length).toBe(3);
});
