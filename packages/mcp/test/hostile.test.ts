// Servers and models that misbehave.
import { createBreaker, createRegistry } from "@guard/core";
import type { JSONRPCMessage } from "@modelcontextprotocol/sdk/types.js";
import { ending, listen } from "guard-test-support";
import { expect, test } from "vitest";
import { guardClient } from "../src/index.ts";
import { guardedClient, text, textsOf } from "./support/server.ts";

test("a server that hangs fails at each timeout, and guard refuses the third same call", async () => {
  const breaker = createBreaker({ preset: "strict" });
  const { client, ran } = await guardedClient(breaker, { use: () => new Promise(() => {}) });
  const ends: unknown[] = [];
  for (let turn = 0; turn < 4; turn += 1) {
    const { error, stop } = await ending(() =>
      client.callTool({ name: "use" }, undefined, { timeout: 5 }),
    );
    ends.push(stop?.reason ?? (error as { code: number }).code);
  }
  expect(ends).toEqual([-32001, -32001, "loop", "loop"]);
  expect(ran.length).toBe(2);
});

test("guard counts one answer of a server that answers twice", async () => {
  const breaker = createBreaker();
  const { client, raw, far } = await guardedClient(breaker, { use: () => "once" });
  const send = far.send.bind(far);
  far.send = async (message: JSONRPCMessage, options) => {
    await send(message, options);
    if ("result" in message) await send(message, options);
  };
  const told = new Promise<Error>((resolve) => Object.assign(raw, { onerror: resolve }));

  expect(await client.callTool({ name: "use" })).toEqual(text("once"));
  expect(breaker.spending.toolCalls).toBe(1);
  expect((await told).message).toMatch(/unknown message/);
});

test("ten megabytes come back whole, and twice the same are the same", async () => {
  const long = "0123456789".repeat(1_000_000);
  const { client } = await guardedClient(createBreaker(), { use: () => long });
  const results: unknown[] = [];
  for (let turn = 0; turn < 4; turn += 1) results.push(await client.callTool({ name: "use" }));
  expect(textsOf(results[0])).toEqual([long]);
  expect(textsOf(results[3])).toEqual([expect.stringMatching(/^Refused/)]);
});

test("__proto__ in arguments is an argument: it pollutes nothing, and tells calls apart", async () => {
  const registry = createRegistry({ preset: "strict" });
  const { client, ran } = await guardedClient(registry, { use: () => "the same" });
  const ask = (polluted: string) =>
    client.callTool({
      name: "use",
      arguments: JSON.parse(`{"__proto__":{"polluted":"${polluted}"}}`) as Record<string, unknown>,
    });
  await ask("a");
  await ask("b");
  expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
  await ask("b");
  expect((await ending(() => ask("b"))).stop?.reason).toBe("loop");
  expect(ran.length).toBe(3);
});

test.for(["__proto__", "constructor", "", "a".repeat(10_000), 'x"\n</tool>'])(
  "a tool named %j is a tool that does not exist",
  async (name) => {
    const breaker = createBreaker({ preset: "strict" });
    const events = listen(breaker);
    const { client, ran } = await guardedClient(breaker, {});
    let stop: Error | undefined;
    for (let turn = 0; turn < 3; turn += 1) {
      ({ stop } = await ending(() => client.callTool({ name })));
    }
    expect([stop?.name, ran]).toEqual(["CircuitOpenError", []]);
    expect(stop?.message).not.toContain("\n");
    expect(events.filter(({ type }) => type === "trip").length).toBe(1);
  },
);

test("guard passes malformed lists and results on as they are", async () => {
  const odd = [undefined, null, 1, "x", { tools: 1 }, { tools: [null, 1, { name: 2 }] }];
  for (const one of odd) {
    const bare = { listTools: async () => one, callTool: async () => one };
    const client = guardClient(bare, createBreaker());
    expect(await client.listTools()).toBe(one);
    expect(await client.callTool()).toBe(one);
  }
});

test("guard's texts repeat no arguments, and events no results", async () => {
  const breaker = createBreaker();
  const events = listen(breaker);
  const { client } = await guardedClient(breaker, { use: () => "a secret result" });
  const results: unknown[] = [];
  for (let turn = 0; turn < 4; turn += 1) {
    results.push(await client.callTool({ name: "use", arguments: { q: "a secret question" } }));
  }
  expect(JSON.stringify([results[3], events])).not.toMatch(/secret/);
});
