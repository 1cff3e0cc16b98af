// The researcher: an agent of the AI SDK.
import { createOpenAI } from "@ai-sdk/openai";
import { guardAI } from "@guard/ai-sdk";
import type { BreakerSource } from "@guard/core";
import { isStepCount, tool, ToolLoopAgent } from "ai";
import { z } from "zod";
import { instructions, type CrewTools, type Model } from "./tools.ts";

/** A researcher of the AI SDK. With a source of breakers guard guards it. */
export function researcher(model: Model, { ask, fetchPage }: CrewTools, source?: BreakerSource) {
  const tools = {
    ask_editor: tool({
      description: "Asks the editor.",
      inputSchema: z.object({ task: z.string() }),
      execute: ({ task }) => ask("editor", task),
    }),
    fetch_page: tool({
      description: "Reads a page.",
      inputSchema: z.object({ url: z.string() }),
      execute: ({ url }) => fetchPage(url),
    }),
  };
  const { baseURL, apiKey } = model;
  const chat = createOpenAI({ apiKey, ...(baseURL === undefined ? {} : { baseURL }) }).chat(
    model.name,
  );
  const unguarded = new ToolLoopAgent({
    id: "researcher",
    model: chat,
    tools,
    instructions: instructions("researcher"),
    stopWhen: isStepCount(200),
    maxRetries: 0,
  });
  const agent = source ? guardAI(source).agent(unguarded) : unguarded;
  return async (task: string): Promise<string> => (await agent.generate({ prompt: task })).text;
}
