// What answers when the circuit of a provider refuses. The SDK has no fallback of its own: a catch runs another agent.
import { createRegistry, findCircuitRefusal } from "@guard/core";
import { Agent, OpenAIProvider, Runner } from "@openai/agents";
import { ending } from "guard-test-support";
import { providerFallback } from "guard-test-support/provider-fallback";
import OpenAI from "openai";
import { expect, onTestFinished, test } from "vitest";
import { guardModel, guardRunner } from "../src/index.ts";
import { bare } from "./support/agents.ts";
import { scriptedModel } from "./support/scripted-model.ts";

const agent = new Agent({ name: "a", model: "gpt-5-mini" });

const providerOf = (settings: object) => {
  const openAIClient = new OpenAI({ apiKey: "none", maxRetries: 0, ...settings }) as never;
  return new OpenAIProvider({ openAIClient, useResponses: false });
};

providerFallback(
  { test, expect, onTestFinished },
  "a catch",
  async ({ source, primary, secondary }) => {
    try {
      const modelProvider = providerOf({ fetch: primary.fetch });
      const runner = guardRunner(new Runner({ ...bare, modelProvider }), source);
      return String((await runner.run(agent, "Find the port.")).finalOutput);
    } catch {
      // The SDK hides the address of this client, so the provider gets a name.
      const other = await providerOf({ baseURL: secondary.url }).getModel("gpt-5-mini");
      const model = guardModel(other, "gpt-5-mini", "other");
      const runner = guardRunner(new Runner(bare), source);
      return String((await runner.run(agent.clone({ model }), "Find the port.")).finalOutput);
    }
  },
);

test("guardModel names the provider of a model that tells none", async () => {
  const registry = createRegistry({ warnings: false });
  await registry.circuit("openai").forceOpen({ by: "ops" });
  const { model, requests } = scriptedModel(() => "It is 8080.");
  const run = async (asked: typeof model) =>
    guardRunner(new Runner(bare), registry).run(new Agent({ name: "a", model: asked }), "Port?");
  const { error } = await ending(() => run(guardModel(model, "gpt-5-mini", "openai")));
  expect([findCircuitRefusal(error)?.circuit, requests.length]).toEqual(["openai", 0]);
  const { finalOutput } = await run(model);
  expect([finalOutput, requests.length]).toEqual(["It is 8080.", 1]);
});
