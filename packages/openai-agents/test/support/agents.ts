// Agents, and the ways to run them.
import type { GuardOptions } from "@guard/core";
import { Agent, tool, type Runner } from "@openai/agents";
import { z } from "zod";
import type { AnyAgent } from "../../src/index.ts";
import { scriptedModel, type Script } from "./scripted-model.ts";

export const bare = { tracingDisabled: true } as const;
export const strict: GuardOptions = { preset: "strict" };

/** A tool that brings the same for the same question, and how often it has run. */
export function searchTool(needsApproval = false) {
  const runs: string[] = [];
  const search = tool({
    name: "search",
    description: "search",
    parameters: z.object({ q: z.string() }),
    needsApproval,
    execute: ({ q }) => {
      runs.push(q);
      return `what ${q} holds`;
    },
  });
  return { search, runs };
}

export const ask = (q: string) => ({ name: "search", args: { q } });
export const askSearch = ask("a");

/** An agent that asks for the same for ever, or for what its script says. */
export function looping(script: Script = () => [askSearch], needsApproval = false) {
  const { search, runs } = searchTool(needsApproval);
  const { model, requests } = scriptedModel(script);
  return { agent: new Agent({ name: "looping", model, tools: [search] }), model, runs, requests };
}

type Input = Parameters<Runner["run"]>[1];

/** The same run, made at once and as a stream: until it has ended. */
export const ways = {
  run: async (runner: Runner, agent: AnyAgent, input: Input = "Find the port.") =>
    runner.run(agent, input, { maxTurns: 100 }),
  "a streamed run": async (runner: Runner, agent: AnyAgent, input: Input = "Find the port.") => {
    const result = await runner.run(agent, input, { maxTurns: 100, stream: true });
    await result.completed;
    return result;
  },
} as const;
export const wayNames = ["run", "a streamed run"] as const;
