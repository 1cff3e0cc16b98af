// A stop prints nothing where the AI SDK leaves a choice.
import { createBreaker, createRegistry } from "@guard/core";
import { isStepCount, generateText, streamText, ToolLoopAgent } from "ai";
import { ending } from "guard-test-support";
import { scriptedModel, use, type Script } from "guard-test-support/ai-sdk";
import { beforeEach, describe, expect, test, vi } from "vitest";
import { guardAI, type AIGuard } from "../src/index.ts";
import { prompt, useTool, watchRejections } from "./support/guarded.ts";

watchRejections();

const methods = ["debug", "error", "info", "log", "warn"] as const;
const spies = methods.map((method) => vi.spyOn(console, method).mockImplementation(() => {}));
beforeEach(() => {
  for (const spy of spies) spy.mockClear();
});
/** What was printed, as texts. */
const printed = () => spies.flatMap(({ mock }) => mock.calls.map(([said]) => String(said)));

const stopWhen = isStepCount(40);
const loops: Script = () => [use()];
const lost = new Error("connection lost");
const breaks: Script = () => {
  throw lost;
};

/** Each way to a stop, and what it throws. */
const ways: Record<
  string,
  (guard: AIGuard, script: Script, settings?: object) => Promise<unknown>
> = {
  generateText: async (guard, script) => {
    const [model, tools] = [guard.model(scriptedModel(script).model), guard.tools(useTool().tools)];
    return generateText({ model, tools, stopWhen, prompt, maxRetries: 0 });
  },
  "agent.generate": async (guard, script, settings) =>
    agentOf(guard, script, settings).generate({ prompt }),
  "agent.stream": async (guard, script, settings) => {
    const { textStream } = await agentOf(guard, script, settings).stream({ prompt });
    for await (const _ of textStream);
  },
  "streamText with an onError": async (guard, script) => {
    const [model, tools] = [guard.model(scriptedModel(script).model), guard.tools(useTool().tools)];
    const own = { stopWhen, prompt, onError: () => {}, maxRetries: 0 };
    const ask = () => streamText({ model, tools, ...own });
    for await (const _ of guard.run(ask).textStream);
  },
};

function agentOf(guard: AIGuard, script: Script, settings: object = {}) {
  const { model } = scriptedModel(script);
  const { tools } = useTool();
  return guard.agent(new ToolLoopAgent({ model, tools, stopWhen, maxRetries: 0, ...settings }));
}

describe.for(Object.keys(ways))("%s", (way) => {
  test("a loop with its warning, refusals and stop prints nothing", async () => {
    const { stop } = await ending(() => ways[way]!(guardAI(createRegistry()), loops));
    expect([stop?.reason, printed()]).toEqual(["loop", []]);
  });

  test("a spent budget prints nothing, with a breaker in place of a registry", async () => {
    const breaker = createBreaker({ budget: { modelCalls: 3 } });
    const { stop } = await ending(() => ways[way]!(guardAI(breaker), loops));
    expect([stop?.reason, printed()]).toEqual(["budget", []]);
  });
});

test("agent.stream: the AI SDK prints other errors as without guard", async () => {
  await ending(() => ways["agent.stream"]!(guardAI(createRegistry()), breaks));
  expect(printed()).toEqual([String(lost)]);
});

test("agent.stream: the user's own onError gets the error of the stop", async () => {
  const heard: unknown[] = [];
  const onError = ({ error }: { error: unknown }) => void heard.push(error);
  const { stop } = await ending(() =>
    ways["agent.stream"]!(guardAI(createRegistry()), loops, { onError }),
  );
  expect([heard, printed()]).toEqual([[stop], []]);
});

test("agent.generate: other errors reject, and nothing is printed", async () => {
  const { error } = await ending(() => ways["agent.generate"]!(guardAI(createRegistry()), breaks));
  expect([error, printed()]).toEqual([lost, []]);
});
