// Mastra catches errors, retries calls, falls back to other models and asks models by itself: after a trip it pays for nothing.
import { createBreaker, createRegistry, findCircuitOpen, type GuardOptions } from "@guard/core";
import type { Agent, AgentConfig } from "@mastra/core/agent";
import { ending } from "guard-test-support";
import { use } from "guard-test-support/ai-sdk";
import { describe, expect, test } from "vitest";
import { z } from "zod";
import { guardAgent, throwIfTripped } from "../src/index.ts";
import { agentOf, modelOf, toolOf, wayNames, ways } from "./support/agents.ts";

const strict = (more: GuardOptions = {}) => createRegistry({ preset: "strict", ...more });
const loop = () => [use()];
const schema = z.object({ port: z.number() });

/** Mastra 1.33 itself runs out of memory over `agents` in a circle, before any model call. */
const inAgents = process.env["GUARD_OLDEST"] === undefined ? [{ by: "agents", calls: 5 }] : [];
/** A tool shows that it hands work over when an agent first runs inside it. */
const circles = [...inAgents, { by: "tools", calls: 7 }];

describe.for(wayNames)("%s", (way) => {
  const call = ways[way];

  test("no parallel call of the answer that trips runs", async () => {
    const { agent, prompts, ran } = agentOf(() => [use(), use(), use(), use(), use()]);
    const { error } = await ending(() => call(guardAgent(agent, strict())));
    expect(findCircuitOpen(error)?.reason).toBe("loop");
    expect([prompts.length, ran.length]).toEqual([3, 10]);
  });

  test("route: the tripwire of the result says why guard stopped the run", async () => {
    const { agent, prompts, ran } = agentOf(loop);
    const result = await call(guardAgent(agent, strict({ onTrip: "route" })));
    expect(result.tripwire).toMatchObject({
      processorId: "guard",
      metadata: { code: "GUARD_CIRCUIT_OPEN", report: { reason: "loop" } },
    });
    expect(() => throwIfTripped(result)).toThrowError(/use/);
    const serialised = structuredClone({ tripwire: result.tripwire });
    const text = result.tripwire?.reason;
    expect(() => throwIfTripped(serialised)).toThrowError(expect.objectContaining({ text }));
    expect([prompts.length, ran.length]).toEqual([3, 2]);
  });

  test("route: a spent budget trips before the next call", async () => {
    const { agent, prompts, ran } = agentOf((turn) => [use(`${turn}`)]);
    const options = { budget: { modelCalls: 3 }, onTrip: "route" } as const;
    const { tripwire } = await call(guardAgent(agent, createRegistry(options)));
    expect(tripwire?.metadata).toMatchObject({ code: "GUARD_BUDGET_EXCEEDED" });
    expect([prompts.length, ran.length]).toEqual([3, 3]);
  });

  test.for(["finish", "wind-down"] as const)("%s: the run ends with an answer", async (onTrip) => {
    const { agent, prompts, ran } = agentOf((_, prompt) =>
      JSON.stringify(prompt).includes("You can't call tools any more") ? "Perhaps 8080." : loop(),
    );
    const { text, tripwire } = await call(guardAgent(agent, strict({ onTrip })));
    expect(text).toMatch(onTrip === "finish" ? /^This task was stopped/ : /^Perhaps 8080\.$/);
    expect(tripwire).toBeUndefined();
    expect([prompts.length, ran.length]).toEqual([onTrip === "finish" ? 3 : 4, 2]);
  });

  test("processors and retries in the options of a call do not turn guard off", async () => {
    const { agent, prompts, ran } = agentOf(loop, { maxRetries: 3 });
    const options = { inputProcessors: [], modelSettings: { maxRetries: 3 } };
    const { error } = await ending(() => call(guardAgent(agent, strict()), options));
    expect(findCircuitOpen(error)?.reason).toBe("loop");
    expect([prompts.length, ran.length]).toEqual([3, 2]);
  });

  test("no fallback model pays after a trip", async () => {
    const second = modelOf(loop);
    const first = modelOf(loop);
    const models = [{ model: first.model }, { model: second.model }] as AgentConfig["model"];
    const { agent, ran } = agentOf(loop, { model: models });
    guardAgent(agent, createRegistry({ budget: { modelCalls: 2 } }));
    const { error } = await ending(() => call(agent));
    expect(findCircuitOpen(error)?.code).toBe("GUARD_BUDGET_EXCEEDED");
    expect([first.prompts.length, second.prompts.length, ran.length]).toEqual([2, 0, 2]);
  });

  test("a fallback model is counted like the first", async () => {
    const first = modelOf(() => {
      throw new Error("overloaded");
    });
    const second = modelOf((turn) => [use(`${turn}`)]);
    const models = [{ model: first.model }, { model: second.model }] as AgentConfig["model"];
    const { agent } = agentOf(loop, { model: models });
    const registry = createRegistry({ budget: { modelCalls: 4 } });
    const { error } = await ending(() => call(guardAgent(agent, registry)));
    expect(findCircuitOpen(error)?.report.used.modelCalls).toBe(4);
    expect(first.prompts.length + second.prompts.length).toBe(4);
  });

  test("guard counts and refuses the model of structuredOutput", async () => {
    const { agent, prompts } = agentOf(() => "It is 8080.");
    const structuring = modelOf(() => JSON.stringify({ port: 8080 }));
    const structuredOutput = { schema: z.object({ port: z.number() }), model: structuring.model };
    const breaker = createBreaker();
    const { object } = await call(guardAgent(agent, breaker), { structuredOutput });
    expect([object, breaker.spending.modelCalls]).toEqual([{ port: 8080 }, 2]);

    const broke = agentOf(() => "It is 8080.").agent;
    guardAgent(broke, createRegistry({ budget: { modelCalls: 1 } }));
    const { error } = await ending(() => call(broke, { structuredOutput }));
    expect(findCircuitOpen(error)?.code).toBe("GUARD_BUDGET_EXCEEDED");
    expect([prompts.length, structuring.prompts.length]).toEqual([1, 1]);
  });

  test("guard counts and refuses the model of structuredOutput in default options", async () => {
    const structuring = modelOf(() => JSON.stringify({ port: 8080 }));
    const defaultOptions = { structuredOutput: { schema, model: structuring.model } } as never;
    const { agent } = agentOf(() => "It is 8080.", { defaultOptions });
    const breaker = createBreaker();
    const { object } = await call(guardAgent(agent, breaker));
    expect([object, breaker.spending.modelCalls]).toEqual([{ port: 8080 }, 2]);
  });

  test.for(circles)(
    "two agents that hand work to each other by their $by: $calls model calls",
    async ({ by, calls }) => {
      let turns = 0;
      const next = () => `Your turn, number ${(turns += 1)}.`;
      const pair = (id: string, other: string): ReturnType<typeof agentOf> => {
        const ask = () => [{ name: `agent-${other}`, args: { q: next(), prompt: next() } }];
        const colleague = (): Agent => made[other]!.agent;
        const delegate = toolOf(`agent-${other}`, async () => (await call(colleague())).text);
        const tools = { tools: { [`agent-${other}`]: delegate } };
        return agentOf(
          ask,
          by === "tools" ? tools : { agents: () => ({ [other]: colleague() }) },
          id,
        );
      };
      const made: Record<string, ReturnType<typeof agentOf>> = {};
      Object.assign(made, { a: pair("a", "b"), b: pair("b", "a") });
      const registry = strict();
      for (const { agent } of Object.values(made)) guardAgent(agent, registry);

      const { error } = await ending(() => call(made["a"]!.agent));
      expect(findCircuitOpen(error)?.reason).toBe("delegation");
      expect(made["a"]!.prompts.length + made["b"]!.prompts.length).toBe(calls);
    },
  );

  test.for(["throw", "route"] as const)(
    "%s: the trip of a sub-agent stops its parent",
    async (onTrip) => {
      const helper = agentOf(loop, {}, "helper");
      const parent = agentOf(() => [{ name: "agent-colleague", args: { prompt: "Find it." } }], {
        agents: { colleague: helper.agent },
      });
      guardAgent(parent.agent, strict({ onTrip }));
      const { error } = await ending(async () => throwIfTripped(await call(parent.agent)));
      expect(findCircuitOpen(error)?.reason).toBe("loop");
      expect([parent.prompts.length, helper.prompts.length, helper.ran.length]).toEqual([1, 3, 2]);
    },
  );

  test("an agent in a tool that catches all errors belongs to the run", async () => {
    const helper = agentOf(loop, {}, "helper");
    const ask = toolOf("ask", async () => {
      const tries = [1, 2, 3].map(async () => call(helper.agent).catch(() => undefined));
      await Promise.all(tries);
      return "Something went wrong.";
    });
    const parent = agentOf(() => [{ name: "ask", args: { q: "it" } }], { tools: { ask } });
    const registry = strict();
    guardAgent(helper.agent, registry);
    guardAgent(parent.agent, registry);
    const { error } = await ending(() => call(parent.agent));
    expect(findCircuitOpen(error)?.reason).toBe("loop");
    expect(parent.prompts.length).toBe(1);
    expect(helper.ran.length).toBeLessThan(4);
  });
});

describe.for(wayNames)("structured output without a model of its own, %s", (way) => {
  test.for(["throw", "route", "finish", "wind-down"] as const)("onTrip %s", async (onTrip) => {
    const { agent, prompts, ran } = agentOf((_, prompt) =>
      JSON.stringify(prompt).includes("You can't call tools any more") ? "Perhaps." : loop(),
    );
    guardAgent(agent, strict({ onTrip }));
    const { error } = await ending(async () =>
      throwIfTripped(await ways[way](agent, { structuredOutput: { schema } })),
    );
    expect(findCircuitOpen(error)?.reason).toBe("loop");
    expect([prompts.length, ran.length]).toEqual([onTrip === "wind-down" ? 4 : 3, 2]);
  });

  test("onTrip wind-down: the model's last word may be the object", async () => {
    const { agent } = agentOf((_, prompt) =>
      JSON.stringify(prompt).includes("You can't call tools any more")
        ? JSON.stringify({ port: 8080 })
        : loop(),
    );
    guardAgent(agent, strict({ onTrip: "wind-down" }));
    const { object } = await ways[way](agent, { structuredOutput: { schema } });
    expect(object).toEqual({ port: 8080 });
  });
});
