// The failure circuit of a provider, with the AI SDK's client of OpenAI over HTTP.
import { createOpenAI } from "@ai-sdk/openai";
import type { AgentConfig } from "@mastra/core/agent";
import { describe, expect, onTestFinished, test } from "vitest";
import { providerDown, type ProviderAsk } from "guard-test-support/provider-down";
import { guardAgent } from "../src/index.ts";
import { agentOf } from "./support/agents.ts";

function modelOf({ server, byAddress = false }: ProviderAsk) {
  const openai = createOpenAI({
    apiKey: "none",
    ...(byAddress ? { baseURL: server.url } : { fetch: server.fetch }),
  }).chat("gpt-5-mini");
  return Object.create(openai, { specificationVersion: { value: "v3" } }) as AgentConfig["model"];
}

const made = (one: ProviderAsk) =>
  guardAgent(agentOf(() => "", { model: modelOf(one), tools: {} }).agent, one.source);

const optionsOf = ({ signal, retries = false }: ProviderAsk) => ({
  ...(signal === undefined ? {} : { abortSignal: signal }),
  ...(retries ? {} : { modelSettings: { maxRetries: 0 } }),
});

providerDown({ describe, test, expect, onTestFinished }, "Mastra", {
  ask: async (one) => (await made(one).generate("Find the port.", optionsOf(one))).text,
  stream: async (one) => {
    const output = await made(one).stream("Find the port.", optionsOf(one));
    const { error } = await output.getFullOutput();
    if (error) throw error;
  },
  leave: async (one) => {
    const output = await made(one).stream("Find the port.", optionsOf(one));
    for await (const _ of output.textStream) return;
  },
});
