// One line guards all runners of a class: the SDK's own (builds.test.ts), or a class of yours.
import { createBreaker, createRegistry, type GuardOptions } from "@guard/core";
import { Agent, Runner, tool } from "@openai/agents";
import { ending, listen } from "guard-test-support";
import { describe, expect, expectTypeOf, test } from "vitest";
import { z } from "zod";
import { guardRunner } from "../src/index.ts";
import { askSearch, bare, looping, searchTool, strict, wayNames, ways } from "./support/agents.ts";
import { scriptedModel } from "./support/scripted-model.ts";

/** A class of runners of its own for each test, under guard. */
function setUp(options: GuardOptions = strict) {
  class Own extends Runner {}
  const registry = createRegistry({ warnings: false, ...options });
  const events = listen(registry);
  expect(guardRunner(Own, registry)).toBe(Own);
  return { Own, registry, events, types: () => events.map(({ type }) => type) };
}

describe.for(wayNames)("%s", (way) => {
  const play = ways[way];

  test("each runner of the class is guarded, and each run has a budget of its own", async () => {
    const { Own, types } = setUp({ budget: { modelCalls: 3 } });
    for (const runner of [new Own(bare), new Own(bare)]) {
      const { agent, requests } = looping();
      const { stop } = await ending(() => play(runner, agent));
      expect([stop?.reason, requests.length]).toEqual(["budget", 3]);
    }
    expect(types().filter((type) => type === "trip").length).toBe(2);
  });

  test("guard also guards a runner that exists already", async () => {
    class Own extends Runner {}
    const runner = new Own(bare);
    guardRunner(Own, createRegistry(strict));
    const { agent, requests } = looping();
    const { stop } = await ending(() => play(runner, agent));
    expect([stop?.reason, requests.length]).toEqual(["loop", 3]);
  });

  test("an agent behind a tool belongs to the run of the agent that calls the tool", async () => {
    const { Own, events } = setUp();
    const inner = looping();
    const { model, requests } = scriptedModel(() => [{ name: "looping", args: { input: "Go." } }]);
    const agent = new Agent({ name: "outer", model, tools: [inner.agent.asTool({})] });
    const { stop } = await ending(() => play(new Own(bare), agent));
    expect([stop?.reason, requests.length, inner.requests.length]).toEqual(["loop", 1, 3]);
    expect(events.filter(({ type }) => type === "trip").length).toBe(1);
  });

  test("a run inside a tool's body belongs to the run around it", async () => {
    const { Own, events } = setUp();
    const inner = looping();
    const asking = tool({
      name: "ask",
      description: "ask",
      parameters: z.object({}),
      execute: async () =>
        play(new Own(bare), inner.agent).then(String, () => "Something went wrong."),
    });
    const { model, requests } = scriptedModel(() => [{ name: "ask" }]);
    const agent = new Agent({ name: "outer", model, tools: [asking] });
    const { stop } = await ending(() => play(new Own(bare), agent));
    expect([stop?.reason, requests.length, inner.requests.length]).toEqual(["loop", 1, 3]);
    expect(events.filter(({ type }) => type === "trip").length).toBe(1);
  });

  test("a runner with a registry of its own belongs to that registry alone", async () => {
    const { Own, types } = setUp({ budget: { modelCalls: 1 } });
    const own = createBreaker({ budget: { modelCalls: 2 } });
    const { agent, requests } = looping();
    const { stop } = await ending(() => play(guardRunner(new Own(bare), own), agent));
    expect([stop?.reason, requests.length, own.spending.modelCalls]).toEqual(["budget", 2, 2]);
    expect(types()).toEqual([]);
  });
});

test("a second registry takes the place of the first, as when a development server loads a module again", async () => {
  const { Own, types } = setUp({ budget: { modelCalls: 1 } });
  guardRunner(Own, createRegistry({ budget: { modelCalls: 2 } }));
  const { agent, requests } = looping();
  const { stop } = await ending(() => new Own(bare).run(agent, "Go."));
  expect([stop?.reason, requests.length, types()]).toEqual(["budget", 2, []]);
});

test("the class keeps its type, and run still knows what the agent gives", () => {
  class Own extends Runner {
    readonly mine = true;
  }
  const Guarded = guardRunner(Own, createRegistry());
  expectTypeOf(Guarded).toEqualTypeOf<typeof Own>();
  const outputType = z.object({ port: z.number() });
  const agent = new Agent({ name: "typed", outputType });
  const result = () => new Guarded(bare).run(agent, "Go.");
  type Output = Awaited<ReturnType<typeof result>>["finalOutput"];
  expectTypeOf<Output>().toEqualTypeOf<{ port: number } | undefined>();
});

describe("guard knows one runner, and the first run is another runner's", () => {
  test("guard tells it once, with the line to write", async () => {
    const { agent } = looping((turn) => (turn < 3 ? [askSearch] : "done"));
    const registry = createRegistry({ warnings: false });
    const events = listen(registry);
    guardRunner(new Runner(bare), registry);
    for (const runner of [new Runner(bare), new Runner(bare)]) await runner.run(agent, "Go.");
    expect(events.filter(({ type }) => type === "unguarded")).toMatchObject([
      { agent: "looping", advice: expect.stringContaining("guardRunner(Runner, registry)") },
    ]);
  });

  test("that run never fails by an error of guard's", async () => {
    const { agent } = looping(() => "done");
    const told = await new Runner(bare).run(undefined as never, "Go.").catch(String);
    guardRunner(new Runner(bare), createRegistry({ onTrip: "route" })); // its runs would throw
    expect((await new Runner(bare).run(agent, "Go.")).finalOutput).toBe("done");
    guardRunner(new Runner(bare), createRegistry());
    expect(await new Runner(bare).run(undefined as never, "Go.").catch(String)).toBe(told);
  });

  test("that is no mistake where the guarded runner has run before", async () => {
    const { search } = searchTool();
    const { model } = scriptedModel(() => "done");
    const agent = new Agent({ name: "any", model, tools: [search] });
    const registry = createRegistry({ warnings: false });
    const events = listen(registry);
    await guardRunner(new Runner(bare), registry).run(agent, "Go.");
    await new Runner(bare).run(agent, "Go.");
    expect(events.map(({ type }) => type)).toEqual(["run-ended"]);
  });
});
