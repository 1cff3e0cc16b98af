// The failure circuit of a provider, with LangChain's own client of OpenAI over HTTP.
import type { BaseMessage } from "@langchain/core/messages";
import { ChatOpenAI } from "@langchain/openai";
import { createAgent } from "langchain";
import { describe, expect, onTestFinished, test } from "vitest";
import { readAll } from "guard-test-support";
import {
  providerDown,
  type ProviderAsk,
  type ProviderHarness,
} from "guard-test-support/provider-down";
import { quietHandlerErrors } from "guard-test-support/quiet";
import { guardAgent, GuardCallbackHandler } from "../src/index.ts";
import { question } from "./support/runners.ts";

quietHandlerErrors();

function modelOf({ server, byAddress = false, retries = false }: ProviderAsk) {
  return new ChatOpenAI({
    model: "gpt-5-mini",
    apiKey: "none",
    configuration: byAddress ? { baseURL: server.url } : { fetch: server.fetch },
    ...(retries ? {} : { maxRetries: 0 }),
  });
}

const agentOf = (one: ProviderAsk) =>
  guardAgent(createAgent({ model: modelOf(one), tools: [] }), one.source);

const withSignal = ({ signal }: ProviderAsk) => (signal === undefined ? {} : { signal });

const textOf = ({ text }: BaseMessage) => text;

const harnesses: Readonly<Record<string, ProviderHarness>> = {
  guardAgent: {
    ask: async (one) => {
      const { messages } = await agentOf(one).invoke(question, withSignal(one));
      return textOf(messages.at(-1)!);
    },
    stream: async (one) =>
      readAll(agentOf(one).stream(question, { ...withSignal(one), streamMode: "messages" })),
    leave: async (one) => {
      const stream = await agentOf(one).stream(question, { streamMode: "messages" });
      for await (const _ of stream) return;
    },
  },
  "a model with the handler": {
    exits: ["throw"],
    ask: async (one) => {
      const callbacks = [new GuardCallbackHandler(one.source)];
      return textOf(await modelOf(one).invoke("Find the port.", { callbacks, ...withSignal(one) }));
    },
    stream: async (one) => {
      const callbacks = [new GuardCallbackHandler(one.source)];
      return readAll(modelOf(one).stream("Find the port.", { callbacks, ...withSignal(one) }));
    },
    leave: async (one) => {
      const callbacks = [new GuardCallbackHandler(one.source)];
      for await (const _ of await modelOf(one).stream("Find the port.", { callbacks })) return;
    },
  },
};

for (const [name, harness] of Object.entries(harnesses)) {
  providerDown({ describe, test, expect, onTestFinished }, name, harness);
}
