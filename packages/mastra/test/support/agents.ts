import { Agent, type AgentConfig } from "@mastra/core/agent";
import { noopLogger } from "@mastra/core/logger";
import { createTool } from "@mastra/core/tools";
import { scriptedModel, type Script } from "guard-test-support/ai-sdk";
import { z } from "zod";

type Model = AgentConfig["model"];
/** More configuration of an agent. The type of the whole configuration is too large to spread. */
type More = Pick<
  AgentConfig,
  "agents" | "memory" | "maxRetries" | "inputProcessors" | "defaultOptions" | "workflows"
> & { readonly model?: Model; readonly tools?: object };

/** The oldest Mastra takes models of the previous specification. */
const isOldest = process.env["GUARD_OLDEST"] !== undefined;

/** A scripted model for Mastra, and the prompts that reached it. */
export function modelOf(script: Script) {
  const { model, prompts } = scriptedModel(script);
  const version = { specificationVersion: { value: isOldest ? "v3" : "v4" } };
  return { model: Object.create(model, version) as Model, prompts };
}

/** A tool that takes `{ q }`. */
export function toolOf(id: string, execute: (args: { q: string }) => unknown) {
  return createTool({
    id,
    description: id,
    inputSchema: z.object({ q: z.string() }),
    execute: async (args) => execute(args),
  });
}

/** The ways to call an agent, and their results. */
export const ways = {
  generate: async (agent: Agent, options: object = {}) =>
    agent.generate("Find the port.", { maxSteps: 100, ...options }),
  stream: async (agent: Agent, options: object = {}) => {
    const output = await agent.stream("Find the port.", { maxSteps: 100, ...options });
    return output.getFullOutput();
  },
};

export type Way = keyof typeof ways;
export const wayNames = Object.keys(ways) as Way[];

/** An agent with a scripted model and the tool `use`, which counts. */
export function agentOf(script: Script, more: More = {}, id = "agent") {
  const ran: string[] = [];
  const { model, prompts } = modelOf(script);
  const use = toolOf("use", ({ q }) => {
    ran.push(q);
    return `${q} is there`;
  });
  const config = { id, name: id, instructions: "Find ports.", model, tools: { use }, ...more };
  const agent = new Agent(config as AgentConfig);
  // oxlint-disable-next-line no-underscore-dangle -- Mastra's own name
  agent.__setLogger(noopLogger);
  return { agent, model, prompts, ran };
}
