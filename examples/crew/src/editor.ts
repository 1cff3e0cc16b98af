// The editor: an agent of Mastra.
import type { BreakerSource } from "@guard/core";
import { guardAgent } from "@guard/mastra";
import { Agent } from "@mastra/core/agent";
import { createTool } from "@mastra/core/tools";
import { z } from "zod";
import { instructions, type CrewTools, type Model } from "./tools.ts";

/** An editor of Mastra. With a source of breakers guard guards it. */
export function editor(model: Model, { ask }: CrewTools, source?: BreakerSource) {
  const { name, baseURL, apiKey } = model;
  const agent = new Agent({
    id: "editor",
    name: "editor",
    instructions: instructions("editor"),
    model: { id: `openai/${name}`, apiKey, ...(baseURL === undefined ? {} : { url: baseURL }) },
    tools: {
      ask_researcher: createTool({
        id: "ask_researcher",
        description: "Asks the researcher.",
        inputSchema: z.object({ task: z.string() }),
        execute: ({ task }) => ask("researcher", task),
      }),
    },
  });
  if (source) guardAgent(agent, source);
  return async (task: string): Promise<string> =>
    (await agent.generate(task, { maxSteps: 200 })).text;
}
