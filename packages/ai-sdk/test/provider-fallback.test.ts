// What answers when the circuit of a provider refuses: another model, in the ways that users of the AI SDK write.
import { createOpenAI } from "@ai-sdk/openai";
import { createRegistry, findCircuitRefusal } from "@guard/core";
import { generateText, wrapLanguageModel } from "ai";
import { expect, onTestFinished, test } from "vitest";
import { ProviderServer } from "guard-test-support/provider-server";
import { providerFallback, type ProviderPair } from "guard-test-support/provider-fallback";
import { guardAI } from "../src/index.ts";

const prompt = "Find the port.";

function models({ source, primary, secondary }: ProviderPair) {
  const guard = guardAI(source);
  const make = (settings: object) =>
    guard.model(createOpenAI({ apiKey: "none", ...settings }).chat("gpt-5-mini"));
  return { first: make({ fetch: primary.fetch }), second: make({ baseURL: secondary.url }) };
}

const runner = { test, expect, onTestFinished };

providerFallback(runner, "a catch", async (pair) => {
  const { first, second } = models(pair);
  try {
    return (await generateText({ model: first, prompt, maxRetries: 0 })).text;
  } catch {
    return (await generateText({ model: second, prompt })).text;
  }
});

providerFallback(runner, "a model middleware", async (pair) => {
  const { first, second } = models(pair);
  const model = wrapLanguageModel({
    model: first,
    middleware: {
      wrapGenerate: async ({ doGenerate, params }) => {
        try {
          return await doGenerate();
        } catch {
          return await second.doGenerate(params);
        }
      },
    },
  });
  return (await generateText({ model, prompt, maxRetries: 0 })).text;
});

test("each of the AI SDK's retries counts, and none follows a refusal", async () => {
  const server = await ProviderServer.start();
  onTestFinished(() => server.stop());
  server.reply = 503;
  const registry = createRegistry({ warnings: false });
  registry.circuit("openai", { failureThreshold: 2 });
  // The server asks for the next try at once: the AI SDK would wait for seconds.
  const atOnce: typeof fetch = async (...request) => {
    const { body, status } = await server.fetch(...request);
    return new Response(body, { status, headers: { "retry-after-ms": "1" } });
  };
  const openai = createOpenAI({ apiKey: "none", fetch: atOnce });
  const model = guardAI(registry).model(openai.chat("gpt-5-mini"));
  const error: unknown = await generateText({ model, prompt, maxRetries: 5 }).catch(
    (thrown: unknown) => thrown,
  );
  expect(findCircuitRefusal(error)?.circuit).toBe("openai");
  expect(server.requests).toBe(2);
});
