// Runs that wait for a human: because guard asks (`onTrip: "ask"`), or because a tool does.
import { createBreaker, createRegistry, findCircuitOpen, type GuardOptions } from "@guard/core";
import { Mastra } from "@mastra/core";
import type { Agent } from "@mastra/core/agent";
import { InMemoryStore } from "@mastra/core/storage";
import { createTool } from "@mastra/core/tools";
import { ending } from "guard-test-support";
import { use } from "guard-test-support/ai-sdk";
import { describe, expect, test } from "vitest";
import { z } from "zod";
import { guardAgent } from "../src/index.ts";
import { agentOf, wayNames, ways } from "./support/agents.ts";

const strict = (more: GuardOptions = {}) =>
  createRegistry({ preset: "strict", onTrip: "ask", ...more });

/** Agents that a user can resume: Mastra stores their runs. */
function kept(agent: Agent): Agent {
  const mastra = new Mastra({ agents: { agent }, storage: new InMemoryStore(), logger: false });
  return mastra.getAgent("agent");
}

interface Answer {
  readonly runId: string;
  readonly toolCallId?: string;
}

/** The method for each answer of a human. */
const answers = {
  generate: {
    approve: async (agent: Agent, to: Answer) => agent.approveToolCallGenerate(to),
    decline: async (agent: Agent, to: Answer) => agent.declineToolCallGenerate(to),
  },
  stream: {
    approve: async (agent: Agent, to: Answer) => (await agent.approveToolCall(to)).getFullOutput(),
    decline: async (agent: Agent, to: Answer) => (await agent.declineToolCall(to)).getFullOutput(),
  },
};

describe.for(wayNames)("%s", (way) => {
  const { approve, decline } = answers[way];
  const asked = async (agent: Agent, options: object = {}) => {
    const { finishReason, runId, tripwire } = await ways[way](agent, options);
    expect([finishReason, tripwire]).toEqual(["suspended", undefined]);
    return { runId: runId! };
  };

  test("ask: the call that trips waits. Once a human approves it, it runs, and the run goes on", async () => {
    const { agent, prompts, ran } = agentOf((turn) => (turn <= 3 ? [use()] : "It is 8080."));
    const guarded = kept(guardAgent(agent, strict()));
    const waiting = await asked(guarded);
    expect([prompts.length, ran.length]).toEqual([3, 2]);
    const { text } = await approve(guarded, waiting);
    expect([text, prompts.length, ran.length]).toEqual(["It is 8080.", 4, 3]);
  });

  test("ask: an approved run that goes on looping asks again", async () => {
    const { agent, prompts, ran } = agentOf(() => [use()]);
    const guarded = kept(guardAgent(agent, strict()));
    const { finishReason } = await approve(guarded, await asked(guarded));
    expect([finishReason, prompts.length, ran.length]).toEqual(["suspended", 5, 4]);
  });

  test("ask: a declined call does not run, and the run ends in the tripwire", async () => {
    const { agent, prompts, ran } = agentOf(() => [use()]);
    const guarded = kept(guardAgent(agent, strict()));
    const { tripwire } = await decline(guarded, await asked(guarded));
    expect(tripwire?.metadata).toMatchObject({ code: "GUARD_CIRCUIT_OPEN" });
    expect([prompts.length, ran.length]).toEqual([3, 2]);
  });

  test("ask: a spent budget has no call to approve, and ends in the tripwire", async () => {
    const { agent, prompts } = agentOf((turn) => [use(`${turn}`)]);
    const registry = strict({ budget: { modelCalls: 2 } });
    const { tripwire } = await ways[way](guardAgent(agent, registry));
    expect(tripwire?.metadata).toMatchObject({ code: "GUARD_BUDGET_EXCEEDED" });
    expect(prompts.length).toBe(2);
  });

  test("ask: a human who never answers costs nothing more", async () => {
    const { agent, prompts, ran } = agentOf(() => [use(), use("b")]);
    const breaker = createBreaker({ preset: "strict", onTrip: "ask" });
    const guarded = kept(guardAgent(agent, breaker));
    await asked(guarded);
    expect([prompts.length, ran.length, breaker.state]).toEqual([3, 4, "open"]);
  });

  test("a tool's own approval: the resumed run goes on with its budget", async () => {
    const ran: string[] = [];
    const careful = createTool({
      id: "use",
      description: "use",
      inputSchema: z.object({ q: z.string() }),
      requireApproval: true,
      execute: async ({ q }) => {
        ran.push(q);
        return "there";
      },
    });
    const { agent, prompts } = agentOf((turn) => [use(`${turn}`)], { tools: { use: careful } });
    const guarded = kept(guardAgent(agent, createRegistry({ budget: { modelCalls: 2 } })));
    const waiting = await asked(guarded);
    const again = await approve(guarded, waiting);
    expect([again.finishReason, prompts.length, ran]).toEqual(["suspended", 2, ["1"]]);
    const { error } = await ending(() => approve(guarded, waiting));
    expect(findCircuitOpen(error)?.code).toBe("GUARD_BUDGET_EXCEEDED");
    expect([prompts.length, ran]).toEqual([2, ["1", "2"]]);
  });

  test("a tool that asks its user again and again does not loop", async () => {
    const heard: unknown[] = [];
    const chat = createTool({
      id: "use",
      description: "use",
      inputSchema: z.object({ q: z.string() }),
      suspendSchema: z.object({}),
      resumeSchema: z.object({ said: z.string() }),
      execute: async (_, context) => {
        const { said } = (context.agent?.resumeData ?? {}) as { said?: string };
        heard.push(said);
        return said === "bye" ? "done" : context.agent?.suspend?.({});
      },
    });
    const { agent, prompts } = agentOf((turn) => (turn === 1 ? [use()] : "It is 8080."), {
      tools: { use: chat },
    });
    const guarded = kept(guardAgent(agent, strict({ onTrip: "throw" })));
    const waiting = await asked(guarded);
    let text = "";
    for (const said of ["a", "a", "a", "a", "bye"]) {
      ({ text } = await (way === "generate"
        ? guarded.resumeGenerate({ said }, waiting)
        : (await guarded.resumeStream({ said }, waiting)).getFullOutput()));
    }
    expect([text, prompts.length]).toEqual(["It is 8080.", 2]);
    expect(heard).toEqual([undefined, "a", "a", "a", "a", "bye"]);
  });
});
