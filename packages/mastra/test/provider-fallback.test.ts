// What answers when the circuit of a provider refuses: Mastra's own list of models.
import { createOpenAI } from "@ai-sdk/openai";
import type { AgentConfig } from "@mastra/core/agent";
import { expect, onTestFinished, test } from "vitest";
import { providerFallback, type ProviderPair } from "guard-test-support/provider-fallback";
import { guardAgent } from "../src/index.ts";
import { agentOf, wayNames, ways } from "./support/agents.ts";

function modelOf(settings: object) {
  const model = createOpenAI({ apiKey: "none", ...settings }).chat("gpt-5-mini");
  return Object.create(model, { specificationVersion: { value: "v3" } }) as object;
}

for (const way of wayNames) {
  const ask = async ({ source, primary, secondary }: ProviderPair) => {
    const model = [
      { model: modelOf({ fetch: primary.fetch }), maxRetries: 0 },
      { model: modelOf({ baseURL: secondary.url }), maxRetries: 0 },
    ] as AgentConfig["model"];
    const { agent } = agentOf(() => "", { model, tools: {} });
    return (await ways[way](guardAgent(agent, source))).text;
  };
  providerFallback({ test, expect, onTestFinished }, `a list of models, ${way}`, ask);
}
