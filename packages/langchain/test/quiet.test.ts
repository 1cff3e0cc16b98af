// A guarded agent prints nothing: no line of LangChain's about an error in guard's handler.
import { createRegistry, type GuardOptions, type OnTrip } from "@guard/core";
import { Command, MemorySaver } from "@langchain/langgraph";
import { createAgent } from "langchain";
import { ending, readAll } from "guard-test-support";
import { loopingModel, named, scriptedModel, use, useTool } from "guard-test-support/langchain";
import { afterEach, beforeEach, describe, expect, onTestFinished, test, vi } from "vitest";
import { guardAgent, GuardCallbackHandler, guardMiddleware } from "../src/index.ts";
import { startModelServer } from "./support/model-server.ts";
import { question } from "./support/runners.ts";

const printed: string[] = [];
beforeEach(() => {
  printed.length = 0;
  for (const method of ["debug", "error", "info", "log", "warn"] as const) {
    vi.spyOn(console, method).mockImplementation((...parts: unknown[]) => {
      printed.push(parts.map(String).join(" "));
    });
  }
  for (const stream of [process.stdout, process.stderr]) {
    vi.spyOn(stream, "write").mockImplementation((text) => {
      printed.push(String(text));
      return true;
    });
  }
});
afterEach(() => {
  vi.restoreAllMocks();
});

const lastWord = "The port is unknown.";

/** A model that goes on for ever, unless it is asked for its last word. */
const stubborn = (ask: (turn: number) => string) =>
  scriptedModel((turn, messages) =>
    messages.some(({ text }) => text.includes("You can't call tools any more"))
      ? lastWord
      : [use(ask(turn))],
  );

const stops: readonly (readonly [
  what: string,
  reason: string,
  options: GuardOptions,
  ask: (turn: number) => string,
])[] = [
  ["a loop, with two refusals before", "loop", {}, () => "a"],
  ["a budget of model calls", "budget", { budget: { modelCalls: 3 } }, String],
  ["a budget of tool calls", "budget", { budget: { toolCalls: 2 } }, String],
  [
    "a budget that an answer overspends",
    "budget",
    { budget: { usd: 0.003 }, price: ({ outputTokens }) => outputTokens / 18_000 },
    String,
  ],
];
const answers = ["throw", "finish", "wind-down", "ask"] as const satisfies readonly OnTrip[];

describe.each(stops)("%s", (_, reason, options, ask) => {
  test.for(answers)("onTrip: %s", async (onTrip) => {
    const registry = createRegistry({ ...options, onTrip });
    const reasons: string[] = [];
    registry.on("trip", ({ report }) => void reasons.push(report.reason));
    const made = createAgent({
      model: stubborn(ask),
      tools: [useTool(() => "no results").tool],
      checkpointer: new MemorySaver(),
    });
    const agent = guardAgent(made, registry);
    const thread = { configurable: { thread_id: "one" } };

    await ending(() => agent.invoke(question, thread));
    if (onTrip === "ask") {
      await ending(() => agent.invoke(new Command({ resume: "stop" }), thread));
    }
    await ending(() => agent.invoke(question, thread)); // the thread is stopped
    await ending(async () =>
      readAll(await agent.stream(question, { configurable: { thread_id: "2" } })),
    );

    expect(reasons).toContain(reason);
    expect(printed).toEqual([]);
  });
});

describe("a budget that the next request would overspend", () => {
  test.for(["a model", "the name of a model"])("%s", async (which) => {
    const server = await startModelServer((results) => ({ q: `file ${results}` }));
    onTestFinished(server.stop);
    const registry = createRegistry({
      budget: { usd: 0.0035 },
      price: ({ model, inputTokens }) => (model === "gpt-5-mini" ? inputTokens / 100_000 : 1),
    });
    const client = server.client();
    const byName = { _getModelInstance: async () => client };
    const model = which === "a model" ? client : Object.assign(server.client(), byName);
    const agent = guardAgent(createAgent({ model, tools: [useTool().tool] }), registry);

    const { stop } = await ending(() => agent.invoke(question));

    expect(stop?.report).toMatchObject({ reason: "budget", used: { modelCalls: 3 } });
    expect(stop?.report.used.usd).toBeLessThan(0.0035);
    expect(printed).toEqual([]);
  });
});

test("an agent inside a tool that is guarded, too", async () => {
  const registry = createRegistry();
  const made = createAgent({ model: loopingModel(), tools: [useTool().tool], name: "colleague" });
  const colleague = guardAgent(made, registry);
  const ask = named("ask", async (q) => (await colleague.invoke({ messages: q })).messages.length);
  const model = scriptedModel(() => [{ name: "ask", args: { q: "Find the port." } }]);

  const { stop } = await ending(() =>
    guardAgent(createAgent({ model, tools: [ask] }), registry).invoke(question),
  );

  expect(stop?.reason).toBe("loop");
  expect(printed).toEqual([]);
});

describe("the parts, placed by hand: LangChain prints a line for each error of the handler", () => {
  test.for<[parts: string, handlers: number, middlewares: number, lines: readonly string[]]>([
    ["the handler alone", 1, 0, ["handleToolStart", "handleToolStart", "handleLLMEnd"]],
    ["both parts", 1, 1, ["handleToolStart", "handleToolStart"]],
    ["the middleware alone", 0, 1, []],
  ])("%s", async ([, handlers, middlewares, lines]) => {
    const registry = createRegistry();
    const callbacks = handlers === 0 ? [] : [new GuardCallbackHandler(registry)];
    const middleware = middlewares === 0 ? [] : [guardMiddleware(registry)];
    const agent = createAgent({ model: loopingModel(), tools: [useTool().tool], middleware });

    const { stop } = await ending(() => agent.invoke(question, { callbacks }));

    expect(stop?.reason).toBe("loop");
    const heads = printed.map((text) => text.split(":")[0]);
    expect(heads).toEqual(lines.map((event) => `Error in handler GuardCallbackHandler, ${event}`));
  });
});
