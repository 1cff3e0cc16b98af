// Agents inside the tools of agents: one run, one budget, and their work is a delegation.
import { createBreaker, createRegistry, findCircuitOpen, type GuardEvent } from "@guard/core";
import {
  createAgentUIStreamResponse,
  isStepCount,
  tool,
  ToolLoopAgent,
  type LanguageModel,
  type ToolSet,
} from "ai";
import { ending } from "guard-test-support";
import { scriptedModel, use, type Script } from "guard-test-support/ai-sdk";
import { describe, expect, test } from "vitest";
import { z } from "zod";
import { guardAI, type AIGuard } from "../src/index.ts";
import { prompt, useTool, watchRejections } from "./support/guarded.ts";
import { is5, testIf } from "./support/versions.ts";

watchRejections();

const inputSchema = z.object({ task: z.string() });

/** An agent with this id, which AI SDK 5 has no place for. */
function agentOf(guard: AIGuard, id: string, model: LanguageModel, tools: ToolSet = {}) {
  const stopWhen = isStepCount(30);
  return guard.agent(new ToolLoopAgent({ id, model, tools, stopWhen }), id);
}

/** How an agent is asked: both ways in which the AI SDK runs agents. */
const asking = {
  generate: async (agent: ToolLoopAgent, task: string) =>
    (await agent.generate({ prompt: task })).text,
  stream: async (agent: ToolLoopAgent, task: string) => {
    const result = await agent.stream({ prompt: task });
    const { text } = result;
    await result.consumeStream({ onError: () => {} });
    return text;
  },
};
const ways = Object.keys(asking) as (keyof typeof asking)[];

/** Two agents that hand tasks to each other. */
function pair(guard: AIGuard, way: keyof typeof asking, toTask: (turn: number) => string) {
  let bodies = 0;
  const handsOn = (to: string) =>
    scriptedModel((turn) => [{ name: to, args: { task: toTask(turn) } }]);
  const [a, b] = [handsOn("ask_b"), handsOn("ask_a")];
  const agents = new Map<string, ToolLoopAgent>();
  const ask = (to: string) =>
    tool({
      inputSchema,
      execute: async ({ task }) => {
        bodies += 1;
        if (bodies > 100) throw new Error("no end in sight");
        return asking[way](agents.get(to)!, task);
      },
    });
  agents.set("a", agentOf(guard, "a", a.model, { ask_b: ask("b") }));
  agents.set("b", agentOf(guard, "b", b.model, { ask_a: ask("a") }));
  const calls = () => a.prompts.length + b.prompts.length;
  return { first: agents.get("a")!, calls };
}

describe.for(ways)("agents that hand work to each other for ever, %s", (way) => {
  test.for([
    ["balanced", "the same task", () => "the port"],
    ["strict", "a new task each time", (turn: number) => `task ${turn}`],
  ] as const)("%s, %s: stopped at the delegation", async ([preset, , toTask]) => {
    const guard = guardAI(createRegistry({ preset }));
    const { first, calls } = pair(guard, way, toTask);

    const { stop } = await ending(() => asking.generate(first, prompt));

    expect(stop?.reason).toBe("delegation");
    expect(calls()).toBeLessThanOrEqual(16);
  });
});

const steps =
  (n: number): Script =>
  (turn) =>
    turn > n ? "done" : [use(`file ${turn}`)];

describe("one run", () => {
  test("each call of an agent is a run of its own, which ends", async () => {
    const registry = createRegistry({ budget: { modelCalls: 5 } });
    const events: GuardEvent[] = [];
    registry.on("*", (event) => events.push(event));
    const guard = guardAI(registry);
    for (let call = 0; call < 4; call += 1) {
      const { model } = scriptedModel(steps(4));
      const { text } = await agentOf(guard, "a", model, useTool().tools).generate({ prompt });
      expect(text).toBe("done");
    }
    expect(new Set(events.map(({ run }) => run)).size).toBe(events.length === 0 ? 0 : 4);
  });

  testIf(!is5)(
    "a generator's call of a sub-agent is a delegation from the second time on",
    async () => {
      const breaker = createBreaker();
      const guard = guardAI(breaker);
      const outer = scriptedModel((turn) =>
        turn > 3 ? "done" : [{ name: "ask", args: { task: `task ${turn}` } }],
      );
      const inner = scriptedModel((turn) => `answer ${turn}`);
      const sub = agentOf(guard, "sub", inner.model, {});
      const ask = tool({
        inputSchema,
        async *execute({ task }) {
          yield "asking";
          yield (await sub.generate({ prompt: task })).text;
        },
      }) as ToolSet[string];
      await agentOf(guard, "lead", outer.model, { ask }).generate({ prompt });
      const { toolCalls, delegations } = breaker.spending;
      expect({ toolCalls, delegations }).toEqual({ toolCalls: 1, delegations: 2 });
    },
  );

  test.for(["promise", "generator"] as const)(
    "a sub-agent spends from the run's budget, in the body of a tool that returns a %s",
    async (kind) => {
      if (is5 && kind === "generator") return;
      const registry = createRegistry({ budget: { modelCalls: 6 } });
      const guard = guardAI(registry);
      const inner = scriptedModel((turn) => [use(`file ${turn}`)]);
      const outer = scriptedModel((turn) => [{ name: "ask", args: { task: `task ${turn}` } }]);
      const sub = agentOf(guard, "sub", inner.model, useTool().tools);
      const ask = tool(
        kind === "promise"
          ? {
              inputSchema,
              execute: async ({ task }) => (await sub.generate({ prompt: task })).text,
            }
          : {
              inputSchema,
              async *execute({ task }) {
                yield "asking";
                yield (await sub.generate({ prompt: task })).text;
              },
            },
      ) as ToolSet[string];

      const { error } = await ending(() =>
        agentOf(guard, "lead", outer.model, { ask }).generate({ prompt }),
      );

      expect(findCircuitOpen(error)?.reason).toBe("budget");
      expect([outer.prompts.length, inner.prompts.length]).toEqual([1, 5]);
    },
  );

  test("two users at once don't share a budget", async () => {
    const guard = guardAI(createRegistry({ budget: { modelCalls: 5 } }));
    const runs = await Promise.all(
      [4, 9, 4].map(async (n) => {
        const { model, prompts } = scriptedModel(steps(n));
        const { stop } = await ending(() =>
          agentOf(guard, "a", model, useTool().tools).generate({ prompt }),
        );
        return [prompts.length, stop?.reason];
      }),
    );
    expect(runs).toEqual([
      [5, undefined],
      [5, "budget"],
      [5, undefined],
    ]);
  });

  test("a breaker goes on from call to call, and names the agent", async () => {
    const breaker = createBreaker({ preset: "strict" });
    const guard = guardAI(breaker);
    const { model } = scriptedModel(() => [use()]);
    const agent = agentOf(guard, "researcher", model, useTool().tools);

    const { stop } = await ending(() => agent.generate({ prompt }));
    const again = await ending(() => agent.generate({ prompt }));

    expect(stop?.finding.agent).toBe("researcher");
    expect(again.stop?.reason).toBe("loop");
  });
});

test("a sub-agent that repeats a call in task after task loops", async () => {
  const guard = guardAI(createBreaker({ preset: "strict" }));
  const inner = scriptedModel((turn) => (turn % 2 === 1 ? [use()] : "nothing there"));
  const outer = scriptedModel((turn) => [{ name: "ask", args: { task: `task ${turn}` } }]);
  const sub = agentOf(guard, "sub", inner.model, useTool().tools);
  const execute = async ({ task }: { task: string }) => (await sub.generate({ prompt: task })).text;

  const { stop } = await ending(() =>
    agentOf(guard, "lead", outer.model, { ask: tool({ inputSchema, execute }) }).generate({
      prompt,
    }),
  );

  expect([stop?.reason, stop?.finding.agent]).toEqual(["loop", "sub"]);
  expect([outer.prompts.length, inner.prompts.length]).toEqual([3, 5]);
});

test("a stream ends in the error of the stop, and its run ends with it", async () => {
  const registry = createRegistry({ preset: "strict" });
  const guard = guardAI(registry);
  const { model, prompts } = scriptedModel(() => [use()]);
  const { ran, tools } = useTool();
  const result = await agentOf(guard, "a", model, tools).stream({ prompt });

  const { stop } = await ending(async () => {
    for await (const part of result.fullStream) if (part.type === "error") throw part.error;
  });

  expect([stop?.reason, prompts.length, ran.length]).toEqual(["loop", 3, 2]);
});

testIf(!is5)("in the stream for a UI, an error part says why guard stopped the run", async () => {
  const guard = guardAI(createRegistry({ preset: "strict" }));
  const { model, prompts } = scriptedModel(() => [use()]);
  const loop = new ToolLoopAgent({ model, tools: useTool().tools });
  const { body } = await createAgentUIStreamResponse({
    agent: guard.agent(loop),
    uiMessages: [{ id: "1", role: "user", parts: [{ type: "text", text: prompt }] }],
    onError: (error) => findCircuitOpen(error)?.reason ?? "unknown",
  });

  const read: string[] = [];
  await ending(async () => {
    for await (const chunk of body!.pipeThrough(new TextDecoderStream())) read.push(chunk);
  });

  expect(read.join("")).toContain('{"type":"error","errorText":"loop"}');
  expect(prompts).toHaveLength(3);
});

test("the agent that was given stays as it is", () => {
  const agent = new ToolLoopAgent({ model: scriptedModel(() => "hi").model, tools: {} });
  const guard = guardAI(createRegistry());
  const made = guard.agent(agent);

  expect(made).toBeInstanceOf(ToolLoopAgent);
  expect(made).not.toBe(agent);
  expect(guard.agent(made)).toBe(made);
  if (!is5) expect(made.tools).toEqual({});
});
