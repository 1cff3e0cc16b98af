import { createRegistry, findCircuitRefusal, type Registry } from "@guard/core";
import { describe, expect, test } from "vitest";
import { anthropicClient, openaiClient, runLoop, type ModelClient } from "../src/index.ts";

const spec = {
  does: "Finds a port.",
  doesNot: "Guesses.",
  done: "The answer names the open port.",
};

/** A provider that counts its requests, and answers each with the status 503. */
function provider() {
  let requests = 0;
  const create = () => {
    requests += 1;
    return Promise.reject(Object.assign(new Error("no"), { status: 503 }));
  };
  return { create, requests: () => requests };
}

/** Runs the loop seven times; returns how many errors were refusals. */
async function refusals(registry: Registry, model: ModelClient): Promise<number> {
  let refused = 0;
  for (let run = 0; run < 7; run += 1) {
    const error: unknown = await runLoop({ spec, model, breaker: registry.breaker() }).catch(
      (thrown: unknown) => thrown,
    );
    if (findCircuitRefusal(error) !== undefined) refused += 1;
  }
  return refused;
}

type Make = (create: () => Promise<never>, baseURL?: string) => ModelClient;

const clients: readonly (readonly [name: string, own: string, make: Make])[] = [
  [
    "openai",
    "https://api.openai.com/v1",
    (create, baseURL) => openaiClient({ baseURL, chat: { completions: { create } } }, "gpt-5-mini"),
  ],
  [
    "anthropic",
    "https://api.anthropic.com",
    (create, baseURL) => anthropicClient({ baseURL, messages: { create } }, "claude-sonnet-5-5"),
  ],
];

describe.for(clients)("the client of %s", ([name, own, make]) => {
  test.for([undefined, own])(
    "belongs to the circuit of that name (address: %s)",
    async (baseURL) => {
      const registry = createRegistry({ warnings: false });
      registry.circuit(name);
      const { create, requests } = provider();
      expect(await refusals(registry, make(create, baseURL))).toBe(2);
      expect(requests()).toBe(5);
    },
  );

  test("behind a proxy belongs to the circuit of the provider", async () => {
    const registry = createRegistry({ warnings: false });
    registry.circuit(name);
    const { create, requests } = provider();
    expect(await refusals(registry, make(create, "http://127.0.0.1:4000/v1"))).toBe(2);
    expect([requests(), registry.circuit(name).state]).toEqual([5, "open"]);
  });

  test("may fall back on another server while the provider is down", async () => {
    const registry = createRegistry({ warnings: false });
    registry.circuit(name);
    const { create, requests } = provider();
    expect(await refusals(registry, make(create, own))).toBe(2);
    expect(await refusals(registry, make(create, "http://127.0.0.1:11434/v1"))).toBe(0);
    expect(await refusals(registry, make(create, own))).toBe(7);
    expect(requests()).toBe(5 + 7);
  });

  test("belongs to the circuit of another server, if it asks another server", async () => {
    const registry = createRegistry({ warnings: false });
    registry.circuit(name);
    registry.circuit("llm.example.com", { failureThreshold: 2 });
    const { create, requests } = provider();
    expect(await refusals(registry, make(create, "https://llm.example.com/v1"))).toBe(5);
    expect([requests(), registry.circuit(name).state]).toEqual([2, "closed"]);
  });
});

test("a model client of your own names its provider", async () => {
  const registry = createRegistry({ warnings: false });
  await registry.circuit("groq").forceOpen({ by: "ops" });
  const { create, requests } = provider();
  expect(await refusals(registry, { model: "gpt-oss", provider: "groq", ask: create })).toBe(7);
  expect(await refusals(registry, { model: "gpt-oss", ask: create })).toBe(0);
  expect(requests()).toBe(7);
});
