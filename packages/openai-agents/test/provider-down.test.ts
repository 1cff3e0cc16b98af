// The failure circuit of a provider, with the real client of OpenAI over HTTP.
import { Agent, OpenAIProvider, Runner } from "@openai/agents";
import OpenAI from "openai";
import { describe, expect, onTestFinished, test } from "vitest";
import { providerDown, type ProviderAsk } from "guard-test-support/provider-down";
import { guardRunner } from "../src/index.ts";
import { bare } from "./support/agents.ts";

function runnerOf({ server, source, byAddress = false, retries = false }: ProviderAsk) {
  const openAIClient = new OpenAI({
    apiKey: "none",
    ...(byAddress ? { baseURL: server.url } : { fetch: server.fetch }),
    ...(retries ? {} : { maxRetries: 0 }),
  });
  const modelProvider = new OpenAIProvider({
    openAIClient: openAIClient as never,
    useResponses: byAddress, // a model of the other kind hides its address
  });
  return guardRunner(new Runner({ ...bare, modelProvider }), source);
}

const agent = new Agent({ name: "a", model: "gpt-5-mini" });
const question = "Find the port.";
const withSignal = ({ signal }: ProviderAsk) => (signal === undefined ? {} : { signal });

providerDown({ describe, test, expect, onTestFinished }, "OpenAI Agents", {
  ask: async (one) => {
    const { finalOutput } = await runnerOf(one).run(agent, question, withSignal(one));
    return String(finalOutput);
  },
  stream: async (one) => {
    const run = await runnerOf(one).run(agent, question, { stream: true, ...withSignal(one) });
    await run.completed;
  },
  leave: async (one) => {
    const run = await runnerOf(one).run(agent, question, { stream: true });
    for await (const _ of run) return;
  },
});
