// A misplaced guard: guard raises an event, and prints one line with what to write instead.
import { createBreaker, createRegistry, type BreakerOptions, type GuardEvent } from "@guard/core";
import { generateText, isStepCount, streamText, tool, type ModelMessage } from "ai";
import { ending } from "guard-test-support";
import { scriptedModel, use } from "guard-test-support/ai-sdk";
import { beforeEach, describe, expect, test, vi } from "vitest";
import { z } from "zod";
import { guardAI, type AIGuard } from "../src/index.ts";
import { freshGuard, prompt, useTool, watchRejections } from "./support/guarded.ts";
import { is5, testIf } from "./support/versions.ts";

watchRejections();

const warn = vi.spyOn(console, "warn").mockImplementation(() => {});
beforeEach(() => warn.mockClear());

const inputSchema = z.object({ q: z.string() });
const fails = async (): Promise<string> => {
  throw new Error("the server is down");
};

/** A guard, and the mistakes that it tells of. */
function placed(options: BreakerOptions = {}) {
  const breaker = createBreaker(options);
  const mistakes: GuardEvent[] = [];
  for (const name of ["unguarded", "shared-run", "guarded-twice", "breaker-per-call"] as const) {
    breaker.on(name, (event) => mistakes.push(event));
  }
  const told = () => mistakes.map(({ type }) => type);
  return { breaker, guard: guardAI(breaker, { agent: "researcher" }), mistakes, told };
}

describe("tools guarded without their model", () => {
  test("raise one event a run, with the line to write instead", async () => {
    const { guard, mistakes, breaker } = placed();
    const { model } = scriptedModel((turn) => (turn < 4 ? [use(`${turn}`)] : "It is 8080."));

    await generateText({
      model,
      tools: guard.tools(useTool().tools),
      stopWhen: isStepCount(20),
      prompt,
    });

    expect(mistakes).toMatchObject([
      {
        type: "unguarded",
        run: breaker.id,
        agent: "researcher",
        advice: expect.stringContaining("model: guard.model(model), tools: guard.tools(tools)"),
      },
    ]);
  });

  test("print one line a process, and no line where warnings are off", async () => {
    const fresh = await freshGuard();
    const call = async (options: BreakerOptions) => {
      const { use: guarded } = fresh.guardAI(fresh.createBreaker(options)).tools(useTool().tools);
      await guarded.execute?.({ q: "a" }, { toolCallId: "call_1", messages: [], context: {} });
      return warn.mock.calls.flat();
    };
    expect(await call({ warnings: false })).toEqual([]);
    expect(await call({})).toEqual([
      expect.stringMatching(/^guard: guard\.tools\(\) is in use without guard\.model\(\)/),
    ]);
    expect(await call({})).toHaveLength(1);
  });

  test("beside their model they are no mistake", async () => {
    const { guard, told } = placed();
    const { model } = scriptedModel((turn) => (turn < 4 ? [use(`${turn}`)] : "It is 8080."));

    await generateText({
      model: guard.model(model),
      tools: guard.tools(useTool().tools),
      stopWhen: isStepCount(20),
      prompt,
    });

    expect(told()).toEqual([]);
  });

  test.for([
    ["without an id", undefined],
    ["with an empty id", { toolCallId: "", messages: [], context: {} }],
  ] as const)("called by the user's code or an MCP client, %s: no mistake", async ([, options]) => {
    const { guard, told } = placed();
    const { ran, tools } = useTool();
    const execute = guard.tools(tools).use.execute as (input: object, options?: object) => unknown;

    await execute({ q: "a" }, options);

    expect([ran.length, told()]).toEqual([1, []]);
  });

  testIf(!is5)(
    "a call that a human has approved since, in another process: no mistake",
    async () => {
      const asking = tool({ inputSchema, execute: async ({ q }) => q, needsApproval: true });
      const messages: ModelMessage[] = [{ role: "user", content: prompt }];
      const request = async (answer: ReturnType<typeof use> | string) => {
        const { guard, told, breaker } = placed();
        const { model } = scriptedModel(() => (typeof answer === "string" ? answer : [answer]));
        const { content, response } = await generateText({
          model: guard.model(model),
          tools: guard.tools({ use: asking }),
          messages,
        });
        messages.push(...response.messages);
        return { content, told: told(), toolCalls: breaker.spending.toolCalls };
      };
      const { content } = await request(use());
      for (const part of content) {
        if (part.type !== "tool-approval-request") continue;
        const { approvalId } = part;
        const response = { type: "tool-approval-response", approvalId, approved: true } as const;
        messages.push({ role: "tool", content: [response] });
      }

      const { told, toolCalls } = await request("It is 8080.");

      expect([
        content.map(({ type }) => type).includes("tool-approval-request"),
        told,
        toolCalls,
      ]).toEqual([true, [], 1]);
    },
  );
});

describe("a model guarded without its tools", () => {
  test.for(["a registry", "a breaker"] as const)("raises one event a run: %s", async (source) => {
    const { guard, mistakes, breaker } = placed();
    const registry = createRegistry();
    registry.on("unguarded", (event) => mistakes.push(event));
    const { model } = scriptedModel((turn) => (turn < 4 ? [use(`${turn}`)] : "It is 8080."));
    const own = source === "a breaker" ? guard : guardAI(registry, { agent: "researcher" });

    await generateText({
      model: own.model(model),
      tools: useTool().tools,
      stopWhen: isStepCount(20),
      prompt,
    });

    expect(mistakes).toMatchObject([
      {
        type: "unguarded",
        run: source === "a breaker" ? breaker.id : expect.any(String),
        agent: "researcher",
        advice: expect.stringMatching(/^a tool runs without guard\.tools\(\).*tools: guard\.tools/),
      },
    ]);
  });

  test("prints one line, with what to write instead", async () => {
    const fresh = await freshGuard();
    const { model } = scriptedModel((turn) => (turn < 4 ? [use(`${turn}`)] : "It is 8080."));
    await generateText({
      model: fresh.guardAI(fresh.createRegistry()).model(model),
      tools: useTool().tools,
      stopWhen: isStepCount(20),
      prompt,
    });
    expect(warn.mock.calls).toEqual([
      [
        expect.stringMatching(
          /^guard: .*model: guard\.model\(model\), tools: guard\.tools\(tools\)/,
        ),
      ],
    ]);
  });

  test.for([
    ["tools that fail", { use: tool({ inputSchema, execute: fails }) }],
    ["tools that do not exist", {}],
  ] as const)("%s are no mistake", async ([, tools]) => {
    const { guard, told } = placed();
    const { model } = scriptedModel((turn) => (turn < 3 ? [use(`${turn}`)] : "It is 8080."));
    const ask = { model: guard.model(model), tools, stopWhen: isStepCount(20), prompt };
    await ending(() => generateText(ask)); // AI SDK 5.0 rejects where there is no such tool
    expect(told()).toEqual([]);
  });

  test.for([
    ["given to guard.tools: no mistake", true, []],
    ["not given to guard.tools: a mistake", false, ["unguarded"]],
  ] as const)("tools of the browser, %s", async ([, isGiven, mistakes]) => {
    const { guard, told } = placed();
    const { model } = scriptedModel((turn) => (turn < 3 ? [use(`${turn}`)] : "It is 8080."));
    const client = { use: tool({ inputSchema, outputSchema: z.string() }) };
    const tools = isGiven ? guard.tools(client) : client;
    const messages: ModelMessage[] = [{ role: "user", content: prompt }];
    for (let request = 0; request < 3; request += 1) {
      const { toolCalls, response } = await generateText({
        model: guard.model(model),
        tools,
        messages,
      });
      messages.push(...response.messages);
      for (const { toolCallId, toolName } of toolCalls) {
        const output = { type: "text" as const, value: "8080" };
        const content = [{ type: "tool-result" as const, toolCallId, toolName, output }];
        messages.push({ role: "tool", content });
      }
    }
    expect(told()).toEqual(mistakes);
  });
});

describe("two guards", () => {
  test.for(["model", "tools"] as const)("over one %s raise an event", async (part) => {
    const { guard, breaker, mistakes } = placed();
    const other = guardAI(breaker);
    const { model } = scriptedModel((turn) => (turn < 3 ? [use(`${turn}`)] : "It is 8080."));
    const { tools } = useTool();
    await generateText({
      model: guard.model(part === "model" ? other.model(model) : model),
      tools: guard.tools(part === "tools" ? other.tools(tools) : tools),
      stopWhen: isStepCount(20),
      prompt,
    });
    expect(mistakes).toContainEqual(
      expect.objectContaining({
        type: "guarded-twice",
        advice: expect.stringContaining("Make one guard"),
      }),
    );
  });

  test("over one agent each, and one guard over things twice, are no mistake", async () => {
    const { guard, breaker, told } = placed();
    await run({ guard });
    await run({ guard: guardAI(breaker, { agent: "writer" }) });
    const { model } = scriptedModel(() => "It is 8080.");
    await generateText({ model: guard.model(guard.model(model)), prompt });
    expect(told()).toEqual([]);
  });
});

describe("one breaker for one run after the other", () => {
  test("raises one event once its budget is spent, with the line to write instead", async () => {
    const { guard, mistakes } = placed({ budget: { modelCalls: 6 } });
    const ends = [];
    for (let question = 0; question < 4; question += 1) {
      ends.push((await ending(() => run({ guard }))).stop?.reason ?? "answered");
    }
    expect(ends).toEqual(["answered", "budget", "budget", "budget"]);
    expect(mistakes).toMatchObject([
      {
        type: "shared-run",
        agent: "researcher",
        advice: expect.stringContaining("guardAI(createRegistry({ budget: … }))"),
      },
    ]);
  });

  test.for([
    ["a limit of the chat", { limits: { session: { modelCalls: 6, per: "day" } } }],
    ["a loop", { preset: "strict" }],
  ] as const)("%s is no mistake", async ([, options]) => {
    const registry = createRegistry(options);
    const told: string[] = [];
    registry.on("shared-run", ({ type }) => void told.push(type));
    const guard = guardAI(registry.breaker({ accounts: { session: "ann" } }));
    for (let question = 0; question < 4; question += 1) {
      const { model } = scriptedModel((turn) => [use(`${turn % 2}`)]);
      const tools = guard.tools(useTool().tools);
      const ask = { model: guard.model(model), tools, stopWhen: isStepCount(9), prompt };
      expect((await ending(() => generateText(ask))).stop).toBeDefined();
    }
    expect(told).toEqual([]);
  });

  test("another agent of the crew that asks after the stop is no mistake", async () => {
    const one = placed({ budget: { modelCalls: 2 } });
    await ending(() => run(one));
    await ending(() => run(one, guardAI(one.breaker, { agent: "writer" })));
    expect(one.told()).toEqual([]);
  });
});

/** A run of four model calls. */
const run = async ({ guard }: { readonly guard: AIGuard }, agent = guard) => {
  const { model } = scriptedModel((turn) => (turn < 4 ? [use(`${turn}`)] : "It is 8080."));
  const { text } = await generateText({
    model: agent.model(model),
    tools: agent.tools(useTool().tools),
    stopWhen: isStepCount(20),
    prompt,
  });
  return text;
};

describe("one breaker under two runs at once", () => {
  test("raises one event", async () => {
    const one = placed();
    await Promise.all([run(one), run(one), run(one)]);
    expect(one.mistakes).toMatchObject([
      { type: "shared-run", agent: "researcher", advice: expect.stringContaining("shared: true") },
    ]);
  });

  test("is no mistake where the breaker is shared", async () => {
    const one = placed({ shared: true });
    await Promise.all([run(one), run(one)]);
    expect(one.told()).toEqual([]);
  });

  test("two agents of a crew, and one run after the other, are no mistake", async () => {
    const one = placed();
    await Promise.all([run(one), run(one, guardAI(one.breaker, { agent: "writer" }))]);
    await run(one);
    expect(one.told()).toEqual([]);
  });

  test("an agent inside a tool, by the same name, is no mistake", async () => {
    const { guard, told, breaker } = placed();
    const inner = scriptedModel(() => "sources");
    const research = tool({
      inputSchema: z.object({ q: z.string() }),
      execute: async ({ q }) => {
        const ask = () => generateText({ model: guard.model(inner.model), prompt: q });
        return (await Promise.all([ask(), ask()])).map(({ text }) => text).join();
      },
    });
    const outer = scriptedModel((turn) =>
      turn === 1 ? [{ name: "research", args: { q: "ports" } }] : "It is 8080.",
    );

    await generateText({
      model: guard.model(outer.model),
      tools: guard.tools({ research }),
      stopWhen: isStepCount(20),
      prompt,
    });

    expect([told(), breaker.spending.modelCalls]).toEqual([[], 4]);
  });

  test("a stream whose reader has left is over", async () => {
    const { guard, told } = placed();
    const ask = () =>
      streamText({ model: guard.model(scriptedModel(() => "It is 8080.").model), prompt })
        .textStream;
    const reader = ask().getReader();
    await reader.read();
    await reader.cancel();
    const { model } = scriptedModel(() => "It is 8080.");
    const { result } = await ending(() => generateText({ model: guard.model(model), prompt }));
    expect([result?.text, told()]).toEqual(["It is 8080.", []]);
  });
});
