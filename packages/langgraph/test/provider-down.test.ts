// The failure circuit of a provider, and the fallbacks that users write into nodes.
import { createRegistry, findCircuitRefusal } from "@guard/core";
import type { BaseMessage } from "@langchain/core/messages";
import { END, MessagesAnnotation, START, StateGraph, type RetryPolicy } from "@langchain/langgraph";
import { providerDown, type ProviderAsk } from "guard-test-support/provider-down";
import { providerFallback, type ProviderPair } from "guard-test-support/provider-fallback";
import { ending } from "guard-test-support";
import { ProviderServer } from "guard-test-support/provider-server";
import { quietHandlerErrors } from "guard-test-support/quiet";
import { describe, expect, onTestFinished, test } from "vitest";
import { guardGraph } from "../src/index.ts";
import { FetchModel } from "./support/fetch-model.ts";
import { question } from "./support/graphs.ts";

quietHandlerErrors();

interface Asked {
  invoke(messages: BaseMessage[]): Promise<BaseMessage>;
}

/** A graph of one node that asks a model. */
const graphOf = (model: Asked, retryPolicy?: RetryPolicy) =>
  new StateGraph(MessagesAnnotation)
    .addNode(
      "agent",
      async ({ messages }) => ({ messages: [await model.invoke(messages)] }),
      retryPolicy === undefined ? {} : { retryPolicy },
    )
    .addEdge(START, "agent")
    .addEdge("agent", END)
    .compile();

async function ask({ server, source, signal, byAddress = false, retries = false }: ProviderAsk) {
  const model = new FetchModel(byAddress ? { baseUrl: server.url } : { fetch: server.fetch });
  const graph = guardGraph(
    graphOf(model, retries ? { maxAttempts: 3, initialInterval: 1, jitter: false } : undefined),
    source,
  );
  const { messages } = await graph.invoke(question, signal === undefined ? {} : { signal });
  return messages.at(-1)!.text;
}

providerDown({ describe, test, expect, onTestFinished }, "a graph", {
  exits: ["throw", "finish"],
  ask,
});

const models = ({ primary, secondary }: ProviderPair) =>
  [new FetchModel({ fetch: primary.fetch }), new FetchModel({ baseUrl: secondary.url })] as const;

const runner = { test, expect, onTestFinished };

providerFallback(runner, "model.withFallbacks in a node", async (pair) => {
  const [first, second] = models(pair);
  const model = first.withFallbacks([second]) as Asked;
  const { messages } = await guardGraph(graphOf(model), pair.source).invoke(question);
  return messages.at(-1)!.text;
});

providerFallback(runner, "a catch in a node", async (pair) => {
  const [first, second] = models(pair);
  const model: Asked = {
    invoke: (messages) => first.invoke(messages).catch(() => second.invoke(messages)),
  };
  const { messages } = await guardGraph(graphOf(model), pair.source).invoke(question);
  return messages.at(-1)!.text;
});

test("LangGraph's retries count each, and none follows a refusal", async () => {
  const server = await ProviderServer.start();
  onTestFinished(() => server.stop());
  server.reply = 503;
  const registry = createRegistry({ warnings: false });
  registry.circuit("openai", { failureThreshold: 2 });
  const { error } = await ending(() => ask({ server, source: registry, retries: true }));
  expect(findCircuitRefusal(error)?.circuit).toBe("openai");
  expect(server.requests).toBe(2);
});
