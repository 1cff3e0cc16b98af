// A guard in the wrong place says so: as an event, and once a process on the console.
import { createBreaker, createRegistry, type GuardEvent, type Registry } from "@guard/core";
import type { BaseCallbackHandler } from "@langchain/core/callbacks/base";
import { AIMessage, HumanMessage, ToolMessage } from "@langchain/core/messages";
import { createAgent } from "langchain";
import { ending } from "guard-test-support";
import { loopingModel, scriptedModel, useTool } from "guard-test-support/langchain";
import { quietHandlerErrors } from "guard-test-support/quiet";
import { expect, onTestFinished, test } from "vitest";
import { GuardCallbackHandler, guardMiddleware } from "../src/index.ts";
import { startModelServer } from "./support/model-server.ts";
import { question } from "./support/runners.ts";

quietHandlerErrors();

/** The mistakes that a registry or a breaker tells from now on. */
function mistakesOf(source: Pick<Registry, "on">): GuardEvent[] {
  const told: GuardEvent[] = [];
  for (const type of ["unguarded", "guarded-twice", "shared-run"] as const) {
    source.on(type, (event) => void told.push(event));
  }
  return told;
}

const quiet = { warnings: false };

test("a handler in the model's constructor hears no agent", async () => {
  const registry = createRegistry({ ...quiet, budget: { modelCalls: 3 } });
  const told = mistakesOf(registry);
  const server = await startModelServer((results) =>
    results < 5 ? { q: `file ${results}` } : undefined,
  );
  onTestFinished(server.stop);
  const model = server.client({ callbacks: [new GuardCallbackHandler(registry)] });

  await createAgent({ model, tools: [useTool().tool] }).invoke(question);

  expect(server.requests()).toBe(6); // each is a run of its own
  expect(told).toHaveLength(5); // the first shows no result, so it may be right
  expect(told[0]).toMatchObject({
    type: "unguarded",
    advice: expect.stringContaining("agent.invoke(input, { callbacks: [guard] })"),
  });
});

test("a model that is called alone with the handler is no mistake", async () => {
  const registry = createRegistry(quiet);
  const told = mistakesOf(registry);
  const model = scriptedModel(() => "Done.");
  const callbacks: BaseCallbackHandler[] = [new GuardCallbackHandler(registry)];

  await model.invoke("Find the port.", { callbacks });
  const history = [
    new HumanMessage("Find the port."),
    new AIMessage({ content: "", tool_calls: [{ id: "1", name: "use", args: {} }] }),
    new ToolMessage({ content: "8080", tool_call_id: "1" }),
    new AIMessage("It is 8080."),
    new HumanMessage("And the host?"),
  ];
  await model.invoke(history, { callbacks });

  expect(told).toEqual([]);
});

test.for(["two handlers", "a handler and a middleware"])(
  "two registries over one agent: %s",
  async (which) => {
    const [one, other] = [createRegistry(quiet), createRegistry(quiet)];
    const told = [mistakesOf(one), mistakesOf(other)];
    const callbacks = [new GuardCallbackHandler(one)];
    if (which === "two handlers") callbacks.push(new GuardCallbackHandler(other));
    const middleware = which === "two handlers" ? [] : [guardMiddleware(other)];
    const model = scriptedModel(() => "Done.");

    await createAgent({ model, tools: [], middleware }).invoke(question, { callbacks });

    expect(told.flat().map(({ type }) => type)).toEqual(["guarded-twice"]);
  },
);

test("two handlers over one registry count each call once, and are no mistake", async () => {
  const registry = createRegistry({ ...quiet, preset: "strict" });
  const told = mistakesOf(registry);
  const model = loopingModel();
  const used = useTool();
  const callbacks = [new GuardCallbackHandler(registry), new GuardCallbackHandler(registry)];

  const { stop } = await ending(() =>
    createAgent({ model, tools: [used.tool] }).invoke(question, { callbacks }),
  );

  expect([model.callCount, used.ran.length, stop?.report.used.modelCalls]).toEqual([3, 2, 3]);
  expect(told).toEqual([]);
});

test("one breaker under two runs at once, unless it is said to be shared", async () => {
  for (const shared of [false, true]) {
    const breaker = createBreaker({ ...quiet, shared });
    const told = mistakesOf(breaker);
    const callbacks = [new GuardCallbackHandler(breaker)];
    const run = () =>
      createAgent({ model: scriptedModel(() => "Done."), tools: [] }).invoke(question, {
        callbacks,
      });

    await Promise.all([run(), run()]);

    expect(told.map(({ type }) => type)).toEqual(shared ? [] : ["shared-run"]);
  }
});
