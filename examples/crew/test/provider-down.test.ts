// Agents of four frameworks share one registry: when their provider is down, they stop asking it together.
import { createOpenAI } from "@ai-sdk/openai";
import { guardAI } from "@guard/ai-sdk";
import { createRegistry, findCircuitRefusal } from "@guard/core";
import { guardGraph } from "@guard/langgraph";
import { guardAgent } from "@guard/mastra";
import { guardRunner } from "@guard/openai-agents";
import { MessagesAnnotation, START, StateGraph } from "@langchain/langgraph";
import { ChatOpenAI } from "@langchain/openai";
import { Agent as MastraAgent } from "@mastra/core/agent";
import { noopLogger } from "@mastra/core/logger";
import { Agent, OpenAIProvider, Runner } from "@openai/agents";
import { generateText } from "ai";
import { ending } from "guard-test-support";
import { ProviderServer } from "guard-test-support/provider-server";
import { quietHandlerErrors } from "guard-test-support/quiet";
import OpenAI from "openai";
import { expect, onTestFinished, test } from "vitest";

quietHandlerErrors();

const prompt = "Find the port.";

/** One agent of each framework, with the framework's own client of OpenAI. */
function agents(registry: ReturnType<typeof createRegistry>, { fetch }: ProviderServer) {
  const openai = createOpenAI({ apiKey: "none", fetch }).chat("gpt-5-mini");

  const chat = new ChatOpenAI({
    model: "gpt-5-mini",
    apiKey: "none",
    maxRetries: 0,
    configuration: { fetch },
  });
  const graph = new StateGraph(MessagesAnnotation)
    .addNode("agent", async ({ messages }) => ({ messages: [await chat.invoke(messages)] }))
    .addEdge(START, "agent")
    .compile();

  const mastra = new MastraAgent({
    id: "mastra",
    name: "mastra",
    instructions: "Find ports.",
    model: openai as never, // Mastra wraps the models of the AI SDK, though its types say otherwise
  });
  // oxlint-disable-next-line no-underscore-dangle -- Mastra's own name
  mastra.__setLogger(noopLogger);

  const openAIClient = new OpenAI({ apiKey: "none", maxRetries: 0, fetch }) as never;
  const modelProvider = new OpenAIProvider({ openAIClient, useResponses: false });
  const runner = guardRunner(new Runner({ modelProvider, tracingDisabled: true }), registry);

  const model = guardAI(registry).model(openai);
  const guardedGraph = guardGraph(graph, registry);
  const guardedMastra = guardAgent(mastra, registry);
  return [
    async () => (await generateText({ model, prompt, maxRetries: 0 })).text,
    async () => (await guardedGraph.invoke({ messages: prompt })).messages.at(-1)!.text,
    async () => (await guardedMastra.generate(prompt, { modelSettings: { maxRetries: 0 } })).text,
    async () =>
      (await runner.run(new Agent({ name: "a", model: "gpt-5-mini" }), prompt)).finalOutput,
  ] as const;
}

test("agents of four frameworks ask a provider that is down five times together, and one probe brings all of them back", async () => {
  const server = await ProviderServer.start();
  onTestFinished(() => server.stop());
  let now = 1_000_000;
  const registry = createRegistry({ ports: { clock: () => now }, warnings: false });
  const circuit = registry.circuit("openai");
  const all = agents(registry, server);

  server.reply = 503;
  const refused: boolean[] = [];
  for (let round = 0; round < 3; round += 1) {
    for (const ask of all) {
      const { error } = await ending(ask);
      refused.push(findCircuitRefusal(error) !== undefined);
    }
  }
  expect(server.requests).toBe(5);
  expect(refused).toEqual([...Array<boolean>(5).fill(false), ...Array<boolean>(7).fill(true)]);

  now += 60_000;
  server.reply = "answers";
  for (const ask of all) expect(await ask()).toBe("It is 8080.");
  expect([server.requests, circuit.state, circuit.stats.probes.started]).toEqual([9, "closed", 1]);
});
