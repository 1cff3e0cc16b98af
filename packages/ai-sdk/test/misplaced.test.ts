// A guard that is misplaced says so: as an event, and once on the console.
import { createBreaker, type BreakerOptions, type GuardEvent } from "@guard/core";
import { generateText, isStepCount, streamText, tool, type ModelMessage } from "ai";
import { ending } from "guard-test-support";
import { scriptedModel, use } from "guard-test-support/ai-sdk";
import { beforeEach, describe, expect, test, vi } from "vitest";
import { z } from "zod";
import { guardAI } from "../src/index.ts";
import { freshGuard, prompt, useTool, watchRejections } from "./support/guarded.ts";
import { is5, testIf } from "./support/versions.ts";

watchRejections();

const warn = vi.spyOn(console, "warn").mockImplementation(() => {});
beforeEach(() => warn.mockClear());

/** A guard, and the mistakes that it tells of. */
function placed(options: BreakerOptions = {}) {
  const breaker = createBreaker(options);
  const mistakes: GuardEvent[] = [];
  for (const name of ["unguarded", "shared-run", "breaker-per-call"] as const) {
    breaker.on(name, (event) => mistakes.push(event));
  }
  const told = () => mistakes.map(({ type }) => type);
  return { breaker, guard: guardAI(breaker, { agent: "researcher" }), mistakes, told };
}

describe("tools guarded without their model", () => {
  test("are told of once a run, with the line to write instead", async () => {
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

  test("are named on the console once a process, and not where warnings are off", async () => {
    const fresh = await freshGuard();
    const call = async (options: BreakerOptions) => {
      const { use: guarded } = fresh.guardAI(fresh.createBreaker(options)).tools(useTool().tools);
      await guarded.execute?.({ q: "a" }, { toolCallId: "call_1", messages: [], context: {} });
      return warn.mock.calls.flat();
    };
    expect(await call({ warnings: false })).toEqual([]);
    expect(await call({})).toEqual([expect.stringMatching(/^guard: guard\.tools\(\) is in use/)]);
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
      const inputSchema = z.object({ q: z.string() });
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

/** A run of four model calls. */
const run = async ({ guard }: ReturnType<typeof placed>, agent = guard) => {
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
  test("is told once", async () => {
    const one = placed();
    await Promise.all([run(one), run(one), run(one)]);
    expect(one.mistakes).toMatchObject([
      { type: "shared-run", agent: "researcher", advice: expect.stringContaining("shared: true") },
    ]);
  });

  test("is meant where the breaker is shared", async () => {
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

  test("a stream that its reader has left has ended", async () => {
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
