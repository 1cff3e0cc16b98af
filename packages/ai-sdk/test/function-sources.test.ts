// A function that finds the breaker: a request that goes on from an answer stays with the breaker of that answer.
import { AsyncLocalStorage } from "node:async_hooks";
import {
  createBreaker,
  createRegistry,
  findCircuitOpen,
  type Breaker,
  type GuardEvent,
} from "@guard/core";
import {
  APICallError,
  generateText,
  isStepCount,
  tool,
  wrapLanguageModel,
  type ModelMessage,
} from "ai";
import { ending } from "guard-test-support";
import { scriptedModel, use, type Script } from "guard-test-support/ai-sdk";
import { beforeEach, describe, expect, test, vi } from "vitest";
import { z } from "zod";
import { guardAI, type AIGuard } from "../src/index.ts";
import { freshGuard, prompt, useTool, watchRejections } from "./support/guarded.ts";
import { runnerNames, runners } from "./support/runners.ts";

watchRejections();

const warn = vi.spyOn(console, "warn").mockImplementation(() => {});
beforeEach(() => warn.mockClear());

/** A request of one message. */
const user = (content: string): ModelMessage[] => [{ role: "user", content }];

/** Always asks for something else. */
const working: Script = (turn) => [use(`file ${turn}`)];

/** The mistake: a function that makes a breaker for each call, of at most five model calls. */
function perCall(budget = { modelCalls: 5 }) {
  const made: Breaker[] = [];
  const mistakes: GuardEvent[] = [];
  const registry = createRegistry({ budget });
  registry.on("breaker-per-call", (event) => mistakes.push(event));
  const guard = guardAI(() => {
    const breaker = registry.breaker();
    made.push(breaker);
    return breaker;
  });
  return { guard, made, mistakes };
}

describe("a function that makes a breaker for each call", () => {
  test.for(runnerNames)(
    "%s: of 30 steps a budget of five model calls lets five through",
    async (runner) => {
      const { guard, made, mistakes } = perCall();
      const { model, prompts } = scriptedModel(working);
      const { ran, tools } = useTool();

      const { stop } = await ending(() =>
        runners[runner]({ model: guard.model(model), tools: guard.tools(tools) }),
      );

      expect([prompts.length, ran.length, stop?.code]).toEqual([5, 5, "GUARD_BUDGET_EXCEEDED"]);
      expect(made.length).toBeGreaterThanOrEqual(prompts.length + ran.length);
      expect(made[0]?.spending).toMatchObject({ modelCalls: 5, toolCalls: 5 });
      expect(mistakes).toMatchObject([{ run: made[0]?.id, agent: "agent" }]);
    },
  );

  test("guard prints one line, with what to write instead", async () => {
    const fresh = await freshGuard();
    const registry = fresh.createRegistry({ budget: { modelCalls: 3 } });
    const guard = fresh.guardAI(() => registry.breaker());
    for (let run = 0; run < 2; run += 1) {
      const { model } = scriptedModel(working);
      const setup = { model: guard.model(model), tools: guard.tools(useTool().tools) };
      await ending(() => runners.generateText(setup));
    }
    expect(warn.mock.calls).toEqual([
      [expect.stringMatching(/^guard: .* Pass the registry: guardAI\(registry\)\. .*$/)],
    ]);
  });

  test("guard knows a tool whose schema fills in arguments", async () => {
    const { guard, mistakes } = perCall();
    const { model, prompts } = scriptedModel(working);
    const ran: unknown[] = [];
    const search = tool({
      inputSchema: z.object({ q: z.string(), limit: z.number().default(10) }),
      execute: async (input) => {
        ran.push(input);
        return input.q;
      },
    });

    const { stop } = await ending(() =>
      runners.generateText({ model: guard.model(model), tools: guard.tools({ use: search }) }),
    );

    expect([prompts.length, ran.length, stop?.reason]).toEqual([5, 5, "budget"]);
    expect(ran[0]).toEqual({ q: "file 1", limit: 10 });
    expect(mistakes).toHaveLength(1);
  });

  test("tools of the browser, with a request for each answer", async () => {
    const { guard, made } = perCall();
    const { model, prompts } = scriptedModel(working);
    const asked = tool({ inputSchema: z.object({ q: z.string() }), outputSchema: z.string() });
    const tools = guard.tools({ use: asked });
    const messages: ModelMessage[] = [{ role: "user", content: prompt }];

    const { stop } = await ending(async () => {
      for (let request = 0; request < 20; request += 1) {
        const { toolCalls, response } = await generateText({
          model: guard.model(model),
          tools,
          messages,
        });
        messages.push(...response.messages);
        for (const { toolCallId, toolName } of toolCalls) {
          const output = { type: "text" as const, value: `${toolCallId} is there` };
          messages.push({
            role: "tool",
            content: [{ type: "tool-result", toolCallId, toolName, output }],
          });
        }
      }
    });

    expect([prompts.length, stop?.reason, stop?.report.run]).toEqual([5, "budget", made[0]?.id]);
  });

  test("a retry after a failure belongs to the same run", async () => {
    const { guard, made } = perCall();
    const { model, prompts } = scriptedModel((turn) => {
      if (turn % 2 === 1) return [use(`file ${turn}`)];
      throw new APICallError({
        message: "slow down",
        url: "http://localhost",
        requestBodyValues: {},
        statusCode: 429,
        responseHeaders: { "retry-after-ms": "1" },
      });
    });

    const { stop } = await ending(() =>
      runners.generateText({ model: guard.model(model), tools: guard.tools(useTool().tools) }),
    );

    expect([prompts.length, stop?.report.run]).toEqual([5, made[0]?.id]);
  });

  test("a middleware that swallows the trip and asks again gets no answer", async () => {
    const { guard, made } = perCall();
    const { model, prompts } = scriptedModel(working);
    let swallowed = 0;
    const again = wrapLanguageModel({
      model: guard.model(model),
      middleware: {
        specificationVersion: "v4",
        wrapGenerate: async ({ doGenerate }) => {
          for (let attempt = 0; ; attempt += 1) {
            try {
              return await doGenerate();
            } catch (error) {
              swallowed += 1;
              if (attempt === 10) throw error;
            }
          }
        },
      },
    });

    const { stop } = await ending(() =>
      runners.generateText({ model: again, tools: guard.tools(useTool().tools) }),
    );

    expect([prompts.length, swallowed, stop?.report.run]).toEqual([5, 11, made[0]?.id]);
  });

  test("each question is a run of its own", async () => {
    const { guard, made, mistakes } = perCall();
    const ends = [];
    for (const text of ["The port?", "The host?", "The port?"]) {
      ends.push(await ask(guard, 3, { text }));
    }

    const four = { calls: 4, stop: undefined };
    expect(ends).toEqual([four, four, four]);
    const spent = made.map(({ spending }) => spending.modelCalls).filter((calls) => calls > 0);
    expect(spent).toEqual([4, 4, 4]);
    expect(mistakes).toHaveLength(3);
  });
});

/** Asks this often for the same tool, with the ids `call_1`, `call_2`, … */
const asking =
  (calls: number): Script =>
  (turn) =>
    turn > calls ? "It is 8080." : [{ ...use(`file ${turn}`), id: `call_${turn}` }];

/** What one user has run: each has a model of their own, as long as the other's may be. */
async function ask(
  guard: AIGuard,
  calls: number,
  { text = prompt, steps = 20, messages = user(text) } = {},
) {
  const { model, prompts } = scriptedModel(asking(calls));
  const { error } = await ending(() =>
    generateText({
      model: guard.model(model),
      tools: guard.tools(useTool().tools),
      stopWhen: isStepCount(steps),
      messages,
    }),
  );
  return { calls: prompts.length, stop: findCircuitOpen(error)?.reason };
}

/** A function that finds the breaker of the user whose request it is. */
function perUser() {
  const store = new AsyncLocalStorage<Breaker>();
  const mistakes: unknown[] = [];
  const guard = guardAI(() => store.getStore()!);
  const [ann, ben] = [createBreaker(), createBreaker()];
  for (const one of [ann, ben]) one.on("breaker-per-call", (event) => mistakes.push(event));
  return { store, guard, ann, ben, mistakes };
}

describe("two users whose models give the same ids to the same calls", () => {
  test("a function that finds the breaker of each, both at once: neither counts for the other", async () => {
    const { store, guard, ann, ben, mistakes } = perUser();

    await Promise.all([store.run(ann, () => ask(guard, 3)), store.run(ben, () => ask(guard, 6))]);

    expect(ann.spending).toMatchObject({ modelCalls: 4, toolCalls: 3 });
    expect(ben.spending).toMatchObject({ modelCalls: 7, toolCalls: 6 });
    expect(mistakes).toEqual([]);
  });

  test.for([
    ["other arguments", prompt, "file 9"],
    ["other words of the user", "The host?", "file 1"],
  ] as const)(
    "a conversation that began in another process stays with its user: %s",
    async ([, text, q]) => {
      const { store, guard, ann, ben, mistakes } = perUser();
      await store.run(ann, () => ask(guard, 3, { steps: 1 }));
      const [toolCallId, toolName] = ["call_1", "use"];
      const messages: ModelMessage[] = [
        ...user(text),
        { role: "assistant", content: [{ type: "tool-call", toolCallId, toolName, input: { q } }] },
        {
          role: "tool",
          content: [
            { type: "tool-result", toolCallId, toolName, output: { type: "text", value: "there" } },
          ],
        },
      ];

      await store.run(ben, () => ask(guard, 3, { messages }));

      expect([ann.spending.modelCalls, ben.spending.modelCalls]).toEqual([1, 4]);
      expect(mistakes).toEqual([]);
    },
  );

  test("a breaker for each call, and other words: each user has five calls", async () => {
    const { guard, made } = perCall();

    const ends = await Promise.all([
      ask(guard, 3, { text: "The port?" }),
      ask(guard, 20, { text: "The host?" }),
    ]);

    expect(ends).toEqual([
      { calls: 4, stop: undefined },
      { calls: 5, stop: "budget" },
    ]);
    const spent = made.map(({ spending }) => spending.modelCalls).filter((calls) => calls > 0);
    expect(spent).toEqual([4, 5]);
  });

  test("a breaker for each call, and the same words: guard mixes no runs, and reports the mistake", async () => {
    const { guard, made, mistakes } = perCall();

    await Promise.all([ask(guard, 3), ask(guard, 3)]);

    expect(mistakes.length).toBeGreaterThan(0);
    const spent = made.map(({ spending }) => spending.modelCalls);
    expect(Math.max(...spent)).toBeLessThanOrEqual(4);
  });
});
