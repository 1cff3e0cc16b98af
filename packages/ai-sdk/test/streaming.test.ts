// Every way to read a stream tells of a trip: no reader may take a stopped run for an empty answer.
import { createRegistry, findCircuitOpen } from "@guard/core";
import { isStepCount, streamText, ToolLoopAgent } from "ai";
import { describe, expect, test } from "vitest";
import { ending } from "guard-test-support";
import { guardAI } from "../src/index.ts";
import { guarded, prompt, useTool, watchRejections } from "./support/guarded.ts";
import { describeIf, is5, isBefore7, testIf } from "./support/versions.ts";
import { scriptedModel, use } from "guard-test-support/ai-sdk";

watchRejections();

type Result = ReturnType<typeof start>["result"];

/** A stream that is stopped with its third answer; with `open` before its first. */
function start(open = false) {
  const { model, prompts } = scriptedModel(() => [use()]);
  const { ran, tools } = useTool();
  const { breaker, guard } = guarded({ preset: "strict" });
  if (open) breaker.override({ force: "open", by: "ops", why: "maintenance" });
  const told: unknown[] = [];
  const result = streamText({
    model: guard.model(model),
    tools: guard.tools(tools),
    stopWhen: [isStepCount(20), guard.stopWhen],
    onError: ({ error }) => void told.push(error),
    prompt,
  });
  return { result, prompts, ran, told };
}

async function readAll(stream: ReadableStream<{ readonly type: string }>, types: string[]) {
  const reader = stream.getReader();
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    types.push(value.type);
  }
}

const listeners: Record<string, (result: Result, types: string[]) => PromiseLike<unknown>> = {
  textStream: async ({ textStream }) => {
    const reader = textStream.getReader();
    while (!(await reader.read()).done);
  },
  fullStream: ({ fullStream }, types) => readAll(fullStream, types),
  toUIMessageStream: (result, types) => readAll(result.toUIMessageStream(), types),
  "toTextStreamResponse().text()": (result) => result.toTextStreamResponse().text(),
  "toUIMessageStreamResponse().text()": (result) => result.toUIMessageStreamResponse().text(),
  text: ({ text }) => text,
  steps: ({ steps }) => steps,
  usage: ({ usage }) => usage,
  finishReason: ({ finishReason }) => finishReason,
  "consumeStream with onError": (result) =>
    new Promise((resolve, reject) => {
      void result.consumeStream({ onError: reject }).then(resolve);
    }),
};

describeIf(!isBefore7).for([false, true])("stopped before the first step: %s", (open) => {
  test.for(Object.keys(listeners))("%s", async (name) => {
    const { result, prompts, ran, told } = start(open);
    const types: string[] = [];

    const { stop, error } = await ending(() => listeners[name]!(result, types));

    expect(stop?.code, String(error)).toBe("GUARD_CIRCUIT_OPEN");
    expect(error).toBe(stop);
    expect(told).toEqual([stop]);
    expect([prompts.length, ran.length]).toEqual(open ? [0, 0] : [3, 2]);
    if (types.length > 0) expect(types.at(-1)).toBe("error");
  });
});

// In these versions, promises of a stream that ends in an error would stay pending for ever.
describeIf(isBefore7).for([false, true])(
  "before AI SDK 7 nothing hangs: stopped before the first step: %s",
  (open) => {
    test.for(Object.keys(listeners))("%s", async (name) => {
      const { result, prompts, ran, told } = start(open);
      const types: string[] = [];

      const { error } = await ending(() => listeners[name]!(result, types));

      expect(error).toBeUndefined();
      expect(told.map(findCircuitOpen)).toMatchObject([{ code: "GUARD_CIRCUIT_OPEN" }]);
      expect(await result.finishReason).toBe("error");
      expect([prompts.length, ran.length]).toEqual(open ? [0, 0] : [3, 2]);
      if (types.length > 0) expect(types).toContain("error");
    });
  },
);

testIf(!isBefore7)("consumeStream without onError resolves; text rejects", async () => {
  const { result } = start();

  await result.consumeStream();

  const { stop } = await ending(() => result.text);
  expect(stop?.reason).toBe("loop");
});

describe.for(["guard.agent", "guard.run"] as const)("in every version, by %s", (wrapper) => {
  const waiting: Record<string, (result: Result) => PromiseLike<unknown>> = {
    text: ({ text }) => text,
    steps: ({ steps }) => steps,
    textStream: ({ textStream }) => readAll(textStream as never, []),
    fullStream: ({ fullStream }) => readAll(fullStream, []),
  };

  test.for(Object.keys(waiting))("%s throws the error that stopped the stream", async (name) => {
    const { model, prompts } = scriptedModel(() => [use()]);
    const { tools } = useTool();
    const guard = guardAI(createRegistry({ preset: "strict" }));
    const setup = { tools: guard.tools(tools), stopWhen: isStepCount(20), onError: () => {} };
    const own = guard.model(model);
    const result =
      wrapper === "guard.run"
        ? guard.run(() => streamText({ ...setup, model: own, prompt }))
        : await guard.agent(new ToolLoopAgent({ ...setup, model })).stream({ prompt });
    if (is5 && name !== "textStream" && name !== "fullStream") void result.consumeStream();

    const { stop } = await ending(() => waiting[name]!(result as Result));

    expect([stop?.reason, prompts.length]).toEqual(["loop", 3]);
  });
});

test("a chat can go on: the stream leaves out the calls of the stopped answer, which have no results", async () => {
  const { result, ran } = start();
  const types: string[] = [];
  await readAll(result.fullStream, types).catch(() => {});
  expect(ran).toHaveLength(2);
  expect(types.filter((type) => type === "tool-call")).toHaveLength(2);
  expect(types.filter((type) => type === "tool-result")).toHaveLength(2);
});
