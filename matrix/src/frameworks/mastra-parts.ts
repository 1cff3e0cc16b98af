// Parts of the agents, workflows and networks of Mastra.
import { Agent, type AgentConfig } from "@mastra/core/agent";
import { noopLogger } from "@mastra/core/logger";
import { createTool } from "@mastra/core/tools";
import { APICallError } from "ai";
import { scriptedModel } from "guard-test-support/ai-sdk";
import { z } from "zod";
import type { Job } from "../job.ts";
import { asksForLastWord, lastWord, type Scene } from "../scene.ts";
import { handoffName, toolName, type Request } from "../trips.ts";

const overloaded = () =>
  new APICallError({
    message: "overloaded",
    url: "https://example.invalid",
    requestBodyValues: {},
    statusCode: 529,
    isRetryable: true,
  });

export type Model = NonNullable<AgentConfig["model"]>;

/** A model that never ends. If the way is `retry`, every fourth call fails once. */
export function endless(
  scene: Scene,
  job: Job,
  ask: (turn: number) => readonly Request[] | string,
): Model {
  const { way, exit } = scene.combination;
  const { model } = scriptedModel((turn, prompt) => {
    const isLast = asksForLastWord(JSON.stringify(prompt));
    job.modelCalled(isLast || exit !== "wind-down");
    if (isLast) return lastWord;
    if (way === "retry" && turn % 4 === 0) throw overloaded();
    const answer = ask(turn);
    return typeof answer === "string" ? answer : answer.map(toMastra);
  });
  // Every version of Mastra takes this specification.
  return Object.create(model, { specificationVersion: { value: "v3" } }) as Model;
}

/** Mastra has its own names and arguments for tools that hand work over. */
function toMastra({ name, args }: Request): { readonly name: string; readonly args: unknown } {
  return name === handoffName ? { name: "agent-helper", args: { prompt: args.q } } : { name, args };
}

export function agentNamed(
  id: string,
  parts: Pick<AgentConfig, "model" | "agents" | "memory"> & { tools?: object },
) {
  const config = {
    id,
    name: id,
    instructions: "Find ports.",
    maxRetries: 3,
    defaultOptions: { maxSteps: 200 },
    ...parts,
  };
  const agent = new Agent(config as AgentConfig);
  // oxlint-disable-next-line no-underscore-dangle -- Mastra's own name
  agent.__setLogger(noopLogger);
  return agent;
}

export function counted(job: Job, id: string, body: (q: string) => unknown) {
  return createTool({
    id,
    description: id,
    inputSchema: z.object({ q: z.string() }),
    execute: async ({ q }) => job.toolRun(async () => body(q)),
  });
}

/** The model that gets nowhere, and the tools and agents of its agent. */
export function loopingParts(scene: Scene, job: Job) {
  const use = counted(job, toolName, (q) => {
    if (scene.trip.fails) throw new Error("out of order");
    return `${q} is there`;
  });
  const helper = agentNamed("helper", {
    model: endless(scene, job, () => "I have found nothing."),
  });
  const looping = () => endless(scene, job, (turn) => scene.ask(turn, job));
  return { looping, has: { tools: { [toolName]: use }, agents: { helper } } };
}

/** Enough calls for a run that loops until guard stops it again. */
export const untilStopped = { models: 60, tools: 60 };
