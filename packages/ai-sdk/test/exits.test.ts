// A stopped run ends in an error, with guard's reason, or with the model's answer from one granted call.
import { createBreaker, createRegistry, type BreakerOptions } from "@guard/core";
import {
  generateText,
  isStepCount,
  NoObjectGeneratedError,
  Output,
  streamText,
  tool,
  type ToolSet,
} from "ai";
import { ending } from "guard-test-support";
import { describe, expect, test } from "vitest";
import { z } from "zod";
import { guardAI } from "../src/index.ts";
import { guarded, prompt, useTool, watchRejections } from "./support/guarded.ts";
import { runnerNames, runners } from "./support/runners.ts";
import { is5, testIf } from "./support/versions.ts";
import { scriptedModel, use, type Script } from "guard-test-support/ai-sdk";

watchRejections();

const guards = "This task was stopped";
const isLast = (messages: Parameters<Script>[1]) =>
  messages.some((message) => message.role === "system" && message.content.includes(guards));

/** Asks for the same for ever; when it is told that this is its last answer it gives one. */
const loops: Script = (_, messages) => (isLast(messages) ? "Not found so far." : [use()]);

/** Always asks for something else. */
const spends: Script = (turn, messages) =>
  isLast(messages) ? "Not found so far." : [use(`file ${turn}`)];

const loop: BreakerOptions = {};
const budget: BreakerOptions = { budget: { modelCalls: 3 } };
const words = /^This task was stopped: /;

describe.each([
  { trip: "a loop", script: loops, options: loop, calls: 6, ran: 3 },
  { trip: "a budget", script: spends, options: budget, calls: 3, ran: 3 },
])("$trip", ({ script, options, calls, ran: bodies }) => {
  test.for(runnerNames)("finish, %s: guard's words, and no further call", async (name) => {
    const { guard, breaker } = guarded({ ...options, onTrip: "finish" });
    const { model, prompts } = scriptedModel(script);
    const { ran, tools } = useTool();

    const text = await runners[name]({
      model: guard.model(model),
      tools: guard.tools(tools),
      guard,
    });

    expect(text).toMatch(words);
    expect([prompts.length, ran.length]).toEqual([calls, bodies]);
    expect(breaker.trip).toBeDefined();
  });

  test.for(runnerNames)("wind-down, %s: one granted call gives the answer", async (name) => {
    const { guard } = guarded({ ...options, onTrip: "wind-down" });
    const { model, prompts } = scriptedModel(script);
    const { ran, tools } = useTool();

    const text = await runners[name]({
      model: guard.model(model),
      tools: guard.tools(tools),
      guard,
    });

    expect(text).toBe("Not found so far.");
    expect([prompts.length, ran.length]).toEqual([calls + 1, bodies]);
    expect(model.doGenerateCalls.at(-1)).toMatchObject({ prompt: prompts.at(-1) });
    expect(model.doGenerateCalls.at(-1)).not.toHaveProperty("tools");
  });
});

describe("finish", () => {
  test("the result says why, asks for no call, and counts the usage", async () => {
    const { guard, breaker } = guarded({ onTrip: "finish" });
    const { model } = scriptedModel(loops);

    const result = await generateText({
      model: guard.model(model),
      tools: guard.tools(useTool().tools),
      stopWhen: isStepCount(20),
      prompt,
    });

    expect(result.finishReason).toBe("stop");
    expect(result.steps.at(-1)?.toolCalls).toEqual([]);
    expect(result.providerMetadata?.["guard"]).toEqual({ code: "GUARD_CIRCUIT_OPEN" });
    expect(result.totalUsage.totalTokens).toBe(breaker.spending.tokens);
  });

  test("a request after the end gets the same reason, and no model call", async () => {
    const { guard } = guarded({ onTrip: "finish" });
    const { model, prompts } = scriptedModel(loops);
    const again = () =>
      generateText({
        model: guard.model(model),
        tools: guard.tools(useTool().tools),
        stopWhen: isStepCount(20),
        prompt,
      });
    await again();
    const before = prompts.length;

    const { text, finishReason } = await again();

    expect([text.replace(words, ""), finishReason]).toEqual([
      'the agent asked for "use" again after 4 attempts that brought nothing new. Give more details, or ask for something else.',
      "stop",
    ]);
    expect(prompts).toHaveLength(before);
  });

  test("a stream leaves out the calls of the answer that stopped the run, and no part of other answers", async () => {
    const { guard } = guarded({ onTrip: "finish", preset: "strict" });
    const { model } = scriptedModel(loops);

    const { fullStream } = streamText({
      model: guard.model(model),
      tools: guard.tools(useTool().tools),
      stopWhen: isStepCount(20),
      prompt,
    });
    const types: string[] = [];
    for await (const { type } of fullStream) types.push(type);

    expect(types.filter((type) => type === "tool-call")).toHaveLength(2);
    expect(types.filter((type) => type === "tool-result")).toHaveLength(2);
    expect(types.filter((type) => type === "error")).toEqual([]);
    expect(types.at(-1)).toBe("finish");
  });

  test("calls of tools in the browser end the run too", async () => {
    const { guard } = guarded({ onTrip: "finish", preset: "strict" });
    const { model } = scriptedModel(() => [use()]);
    const ask: ToolSet = { use: tool({ inputSchema: z.object({ q: z.string() }) }) };
    const messages: Parameters<typeof generateText>[0]["messages"] = [
      { role: "user", content: prompt },
    ];
    const texts: string[] = [];
    for (let visit = 0; visit < 3; visit += 1) {
      const { text, toolCalls, response } = await generateText({
        model: guard.model(model),
        tools: guard.tools(ask),
        messages,
      });
      texts.push(text);
      messages.push(...response.messages);
      for (const { toolCallId, toolName } of toolCalls) {
        const output = { type: "text" as const, value: "a is there" };
        messages.push({
          role: "tool",
          content: [{ type: "tool-result", toolCallId, toolName, output }],
        });
      }
    }

    expect(texts).toEqual(["", "", expect.stringMatching(words)]);
  });
});

/** A run that winds down. */
async function last(script: Script, options: BreakerOptions = {}) {
  const { guard, breaker } = guarded({ onTrip: "wind-down", ...options });
  const { model, prompts } = scriptedModel(script);
  const result = await generateText({
    model: guard.model(model),
    tools: guard.tools(useTool().tools),
    stopWhen: isStepCount(40),
    prompt,
  });
  return { result, prompts, breaker };
}

testIf(!is5)(
  "finish with an output schema: the AI SDK rejects, because guard's reason does not fit the schema",
  async () => {
    const { guard } = guarded({ onTrip: "finish", budget: { modelCalls: 0 } });
    const { model, prompts } = scriptedModel(loops);

    const { error } = await ending(async () => {
      const result = await generateText({
        model: guard.model(model),
        output: Output.object({ schema: z.object({ port: z.number() }) }),
        prompt,
      });
      return result.output;
    });

    expect(NoObjectGeneratedError.isInstance(error)).toBe(true);
    expect(prompts).toHaveLength(0);
  },
);

describe("an operator stops the run", () => {
  test.for(
    (["finish", "wind-down"] as const).flatMap((onTrip) =>
      runnerNames.map((name) => [onTrip, name] as const),
    ),
  )("%s, %s: guard's words, and no further call", async ([onTrip, name]) => {
    const registry = createRegistry({ onTrip });
    const guard = guardAI(registry.breaker());
    const { model, prompts } = scriptedModel(() => {
      registry.stop({}, { by: "ops", why: "incident" });
      return [use()];
    });
    const { ran, tools } = useTool();

    const text = await runners[name]({
      model: guard.model(model),
      tools: guard.tools(tools),
      guard,
    });

    expect(text).toContain("an operator stopped it");
    expect([prompts.length, ran.length]).toEqual([1, 0]);
  });
});

describe("wind-down", () => {
  test("the step's usage includes the usage of the stopped answer", async () => {
    const { result, breaker } = await last(loops);

    expect(result.steps.at(-1)?.usage.totalTokens).toBe(240);
    expect(result.totalUsage.totalTokens).toBe(breaker.spending.tokens);
  });

  test("the call can use what the budget kept back for it", async () => {
    const { result, prompts, breaker } = await last(spends, {
      budget: { modelCalls: 4, finalAnswer: { modelCalls: 1 } },
    });

    expect(result.text).toBe("Not found so far.");
    expect(prompts).toHaveLength(4);
    expect(breaker.spending.modelCalls).toBe(4);
  });

  test.for<readonly [string, Script]>([
    ["asks for a tool all the same", () => [use()]],
    ["says nothing", (_, messages) => (isLast(messages) ? "" : [use()])],
    [
      "fails",
      (_, messages) => {
        if (isLast(messages)) throw new Error("the model is down");
        return [use()];
      },
    ],
  ])("where it %s, guard's words are the answer", async ([, script]) => {
    const { result, prompts } = await last(script);

    expect(result.text).toMatch(words);
    expect(prompts).toHaveLength(7);
  });

  test("a sub-agent leaves the call to the outer agent", async () => {
    const breaker = createBreaker({ onTrip: "wind-down" });
    const inner = scriptedModel(loops);
    const outer = scriptedModel((turn, messages) =>
      isLast(messages) ? "Not found so far." : [{ name: "research", args: { q: `${turn}` } }],
    );
    const given: string[] = [];
    const research = tool({
      inputSchema: z.object({ q: z.string() }),
      execute: async ({ q }) => {
        const guard = guardAI(breaker, { agent: "researcher" });
        const { text } = await generateText({
          model: guard.model(inner.model),
          tools: guard.tools(useTool().tools),
          stopWhen: isStepCount(20),
          prompt: q,
        });
        given.push(text);
        return text;
      },
    });
    const guard = guardAI(breaker, { agent: "lead" });

    const { text } = await generateText({
      model: guard.model(outer.model),
      tools: guard.tools({ research }),
      stopWhen: isStepCount(20),
      prompt,
    });

    expect(given).toEqual([expect.stringMatching(words)]);
    expect(text).toBe("Not found so far.");
    expect([inner.prompts.length, outer.prompts.length]).toEqual([6, 2]);
  });

  test("an aborted run ends in the abort", async () => {
    const abort = new AbortController();
    const { guard, breaker } = guarded({ onTrip: "wind-down" });
    const { model, prompts } = scriptedModel(loops);
    breaker.on("trip", () => abort.abort());

    const { error, stop } = await ending(() =>
      generateText({
        model: guard.model(model),
        tools: guard.tools(useTool().tools),
        stopWhen: isStepCount(20),
        prompt,
        abortSignal: abort.signal,
      }),
    );

    expect(error).toMatchObject({ name: "AbortError" });
    expect(stop).toBeUndefined();
    expect(prompts).toHaveLength(6);
  });
});
