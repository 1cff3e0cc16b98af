// The failure circuit of a provider, with the AI SDK's own client of OpenAI over HTTP.
import { createOpenAI } from "@ai-sdk/openai";
import { createRegistry, findCircuitRefusal } from "@guard/core";
import { embed, generateText, streamText } from "ai";
import { describe, expect, onTestFinished, test } from "vitest";
import { ending, readAll } from "guard-test-support";
import { providerDown, type ProviderAsk } from "guard-test-support/provider-down";
import { ProviderServer } from "guard-test-support/provider-server";
import { guardAI } from "../src/index.ts";

const prompt = "Find the port.";

/** The model, guarded, and the settings of a call. */
function asked({ server, source, signal, byAddress = false, retries = false }: ProviderAsk) {
  const openai = createOpenAI({
    apiKey: "none",
    ...(byAddress ? { baseURL: server.url } : { fetch: server.fetch }),
  });
  return {
    model: guardAI(source).model(openai.chat("gpt-5-mini")),
    prompt,
    ...(retries ? {} : { maxRetries: 0 }),
    ...(signal === undefined ? {} : { abortSignal: signal }),
  };
}

/** Reads a stream; throws the error that the stream tells. */
function streamed(one: ProviderAsk) {
  const errors: unknown[] = [];
  const result = streamText({ ...asked(one), onError: ({ error }) => void errors.push(error) });
  return { result, errors };
}

providerDown({ describe, test, expect, onTestFinished }, "AI SDK", {
  ask: async (one) => (await generateText(asked(one))).text,
  stream: async (one) => {
    const { result, errors } = streamed(one);
    await readAll(result.textStream).catch((error: unknown) => void errors.push(error));
    if (errors.length > 0) throw errors[0];
  },
  leave: async (one) => {
    for await (const _ of streamed(one).result.textStream) return;
  },
});

test("an embedding model has the same circuit", async () => {
  const registry = createRegistry({ warnings: false });
  const circuit = registry.circuit("openai", { failureThreshold: 1 });
  const server = await ProviderServer.start();
  onTestFinished(() => server.stop());
  server.reply = 503;
  const openai = createOpenAI({ apiKey: "none", fetch: server.fetch });
  const model = guardAI(registry).model(openai.embedding("text-embedding-3-small"));
  const ask = () => embed({ model, value: "port", maxRetries: 0 });
  await ending(ask);
  const { error } = await ending(ask);
  expect(findCircuitRefusal(error)?.circuit).toBe("openai");
  expect([server.requests, circuit.state]).toEqual([1, "open"]);
});

test("a stream that never ends holds the permit of its probe for a minute, and no longer", async () => {
  let now = 1_000_000;
  const registry = createRegistry({ ports: { clock: () => now }, warnings: false });
  const circuit = registry.circuit("openai", { failureThreshold: 1 });
  const server = await ProviderServer.start();
  onTestFinished(() => server.stop());
  const one = { server, source: registry };
  const ask = () => generateText(asked(one));
  server.reply = 503;
  await ending(ask);
  now += 60_000;
  server.reply = "stalls its stream";
  streamText(asked(one));
  await expect.poll(() => server.requests).toBe(2);
  server.reply = "answers";
  const { error } = await ending(ask);
  expect(findCircuitRefusal(error)?.state).toBe("half-open");
  now += 60_001;
  expect((await ask()).text).toBe("It is 8080.");
  expect([server.requests, circuit.state]).toEqual([3, "closed"]);
});
