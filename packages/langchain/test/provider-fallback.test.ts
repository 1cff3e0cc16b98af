// What answers when the circuit of a provider refuses: LangChain's own fallbacks.
import { ChatOpenAI } from "@langchain/openai";
import { createAgent, modelFallbackMiddleware } from "langchain";
import { createRegistry } from "@guard/core";
import { ending } from "guard-test-support";
import { providerFallback, type ProviderPair } from "guard-test-support/provider-fallback";
import { ProviderServer } from "guard-test-support/provider-server";
import { quietHandlerErrors } from "guard-test-support/quiet";
import { expect, onTestFinished, test } from "vitest";
import { guardAgent, GuardCallbackHandler } from "../src/index.ts";
import { question } from "./support/runners.ts";

quietHandlerErrors();

const modelOf = (configuration: object, maxRetries = 0) =>
  new ChatOpenAI({ model: "gpt-5-mini", apiKey: "none", maxRetries, configuration });

const models = ({ primary, secondary }: ProviderPair) =>
  [modelOf({ fetch: primary.fetch }), modelOf({ baseURL: secondary.url })] as const;

const runner = { test, expect, onTestFinished };

providerFallback(runner, "model.withFallbacks", async (pair) => {
  const [first, second] = models(pair);
  const callbacks = [new GuardCallbackHandler(pair.source)];
  const { text } = await first.withFallbacks([second]).invoke("Find the port.", { callbacks });
  return text;
});

providerFallback(runner, "modelFallbackMiddleware", async (pair) => {
  const [model, second] = models(pair);
  const middleware = [modelFallbackMiddleware(second)];
  const agent = guardAgent(createAgent({ model, tools: [], middleware }), pair.source);
  const { messages } = await agent.invoke(question);
  return messages.at(-1)!.text;
});

test("the retries of LangChain's client are one call for guard: all of them count once", async () => {
  const server = await ProviderServer.start();
  onTestFinished(() => server.stop());
  server.reply = "cuts";
  const registry = createRegistry({ warnings: false });
  const circuit = registry.circuit("openai");
  const callbacks = [new GuardCallbackHandler(registry)];
  const model = modelOf({ fetch: server.fetch }, 1);
  await ending(() => model.invoke("Find the port.", { callbacks }));
  expect([server.requests > 1, circuit.stats.calls.failed]).toEqual([true, 1]);
});
