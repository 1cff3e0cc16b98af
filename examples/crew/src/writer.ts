// The writer: an agent of the OpenAI Agents SDK.
import type { BreakerSource } from "@guard/core";
import { guardRunner } from "@guard/openai-agents";
import { Agent, OpenAIProvider, Runner, tool } from "@openai/agents";
import { OpenAI } from "openai";
import { z } from "zod";
import { instructions, type CrewTools, type Model } from "./tools.ts";

/** A writer of the OpenAI Agents SDK. With a source of breakers guard guards it. */
export function writer(model: Model, { fetchPage }: CrewTools, source?: BreakerSource) {
  const { baseURL, apiKey } = model;
  const openAIClient = new OpenAI({
    apiKey,
    maxRetries: 0,
    ...(baseURL === undefined ? {} : { baseURL }),
  });
  const runner = new Runner({
    modelProvider: new OpenAIProvider({ openAIClient, useResponses: false }),
    tracingDisabled: true,
  });
  const agent = new Agent({
    name: "writer",
    instructions: instructions("writer"),
    model: model.name,
    tools: [
      tool({
        name: "fetch_page",
        description: "Reads a page.",
        parameters: z.object({ url: z.string() }),
        execute: ({ url }) => fetchPage(url),
      }),
    ],
  });
  if (source) guardRunner(runner, source);
  return async (task: string): Promise<string> =>
    (await runner.run(agent, task, { maxTurns: 200 })).finalOutput ?? "";
}
