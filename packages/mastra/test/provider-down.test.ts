// The failure circuit of a provider, with the AI SDK's client of OpenAI over HTTP.
import { createOpenAI } from "@ai-sdk/openai";
import { createRegistry, findCircuitRefusal } from "@guard/core";
import type { AgentConfig } from "@mastra/core/agent";
import { describe, expect, onTestFinished, test } from "vitest";
import { ending } from "guard-test-support";
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

test("a model that you only name has the circuit of the provider in its name", async () => {
  const registry = createRegistry({ warnings: false });
  await registry.circuit("openai").forceOpen({ by: "ops" });
  const { agent } = agentOf(() => "", { model: "openai/gpt-5-mini", tools: {} });
  const { error } = await ending(() => guardAgent(agent, registry).generate("Find the port."));
  expect(findCircuitRefusal(error)?.circuit).toBe("openai");
});
