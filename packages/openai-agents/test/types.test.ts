// A guarded object keeps its type. It is the same object where the SDK allows it.
import { createRegistry, OptionsError } from "@guard/core";
import { Agent, OpenAIProvider, run as runAgent, Runner, tool, type Model } from "@openai/agents";
import { describe, expect, expectTypeOf, test } from "vitest";
import { z } from "zod";
import {
  guardAgent,
  guardModel,
  guardModelProvider,
  guardRunner,
  guardTool,
} from "../src/index.ts";
import { bare, looping } from "./support/agents.ts";
import { scriptedModel } from "./support/scripted-model.ts";

interface Context {
  readonly user: string;
}

const search = tool({
  name: "search",
  description: "search",
  parameters: z.object({ q: z.string() }),
  execute: ({ q }) => q,
});
const typed = new Agent<Context, z.ZodObject<{ port: z.ZodNumber }>>({
  name: "typed",
  outputType: z.object({ port: z.number() }),
});

describe("the same object, with the same type", () => {
  test("a tool", () => {
    const guarded = guardTool(search);
    expectTypeOf(guarded).toEqualTypeOf(search);
    expect(guarded).toBe(search);
  });

  test("an agent", () => {
    const guarded = guardAgent(typed);
    expectTypeOf(guarded).toEqualTypeOf(typed);
    expect(guarded).toBe(typed);
  });

  test("an agent that hands over", () => {
    const other = new Agent({ name: "other" });
    const made = Agent.create({ name: "made", outputType: typed.outputType, handoffs: [other] });
    const guarded = guardAgent(made);
    expectTypeOf(guarded).toEqualTypeOf(made);
    expect(guarded).toBe(made);
  });

  test("a runner, whose run still knows what the agent gives", async () => {
    const runner = new Runner(bare);
    const guarded = guardRunner(runner, createRegistry());
    expectTypeOf(guarded).toEqualTypeOf(runner);
    expect(guarded).toBe(runner);
    const result = () => guarded.run(typed, "Go.", { context: { user: "ana" } });
    type Output = Awaited<ReturnType<typeof result>>["finalOutput"];
    expectTypeOf<Output>().toEqualTypeOf<{ port: number } | undefined>();
  });
});

describe("a stand-in with the same type, which is guarded once", () => {
  test("a model", () => {
    class Own implements Model {
      readonly #answer = scriptedModel(() => "done").model;
      readonly supportsPromptModelSelection = true;
      getResponse: Model["getResponse"] = (request) => this.#answer.getResponse(request);
      getStreamedResponse: Model["getStreamedResponse"] = (request) =>
        this.#answer.getStreamedResponse(request);
    }
    const model = guardModel(new Own());
    expectTypeOf(model).toEqualTypeOf<Own>();
    expect(model).toBeInstanceOf(Own);
    expect(model.supportsPromptModelSelection).toBe(true);
    expect(guardModel(model)).toBe(model);
  });

  test("a provider", () => {
    const provider = guardModelProvider(new OpenAIProvider({ apiKey: "none" }));
    expectTypeOf(provider).toEqualTypeOf<OpenAIProvider>();
    expect(provider).toBeInstanceOf(OpenAIProvider);
    expect(guardModelProvider(provider)).toBe(provider);
  });
});

test("the class, and a class that extends it, keep their types", () => {
  class Own extends Runner {
    constructor(_region: string) {
      super(bare);
    }
  }
  expectTypeOf(guardRunner(Own, createRegistry())).toEqualTypeOf(Own);
  expectTypeOf(guardRunner<typeof Runner>).returns.toEqualTypeOf(Runner);
});

test("the compiler points at an argument that is wrong", () => {
  const registry = createRegistry();
  const agent = new Agent({ name: "any" });
  const wrong = [
    // @ts-expect-error an agent is no runner
    () => guardRunner(agent, registry),
    // @ts-expect-error the SDK's function is no class, though it has a prototype
    () => guardRunner(runAgent, registry),
    // @ts-expect-error the source is missing
    () => guardRunner(Runner),
    // @ts-expect-error guardRunner takes a registry, which guards the agent too
    () => guardAgent(agent, registry),
    // @ts-expect-error guard finds models that you only name
    () => guardModel("gpt-5"),
  ];
  for (const mistake of wrong) expect(mistake).toThrow(OptionsError);
});

test("a copy of a guarded agent is an agent of its own", async () => {
  const { agent } = looping(() => "done");
  const copy = guardAgent(agent).clone({ name: "copy" });
  expect([copy.name, agent.name]).toEqual(["copy", "looping"]);
  expect((await new Runner(bare).run(copy, "Go.")).finalOutput).toBe("done");
});

test("run is bound to its runner", async () => {
  const { agent } = looping(() => "done");
  // oxlint-disable-next-line typescript/unbound-method -- it is bound
  const { run } = guardRunner(new Runner(bare), createRegistry());
  expect((await run(agent, "Go.")).finalOutput).toBe("done");
});

test("guarding a runner again changes nothing with the same source, and throws with another one", async () => {
  const { agent } = looping(() => "done");
  const registry = createRegistry({ budget: { modelCalls: 1 } });
  const runner = guardRunner(guardRunner(new Runner(bare), registry), registry);
  expect((await runner.run(agent, "Go.")).finalOutput).toBe("done");
  expect(() => guardRunner(runner, createRegistry())).toThrow(OptionsError);
});

test.for([
  ["nothing", undefined],
  ["options", { budget: {} }],
] as const)("%s is no source", ([, source]) => {
  expect(() => guardRunner(new Runner(bare), source as never)).toThrow(OptionsError);
});

test("onTrip: route is refused, because the SDK has no path for errors", async () => {
  const { agent } = looping(() => "done");
  const runner = guardRunner(new Runner(bare), createRegistry({ onTrip: "route" }));
  await expect(runner.run(agent, "Go.")).rejects.toThrow(OptionsError);
});
