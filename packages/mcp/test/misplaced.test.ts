// guard tells when code goes on with the client that it gave. guard prints nothing else.
import { createRegistry } from "@guard/core";
import { ending, listen } from "guard-test-support";
import { expect, onTestFinished, test, vi } from "vitest";
import { guardClient } from "../src/index.ts";
import { connected, guardedClient, text } from "./support/server.ts";

const call = { name: "use", arguments: { q: "a" } };

function setUp() {
  const registry = createRegistry({ warnings: false });
  const events = listen(registry);
  return { registry, misplaced: () => events.filter(({ type }) => type === "unguarded") };
}

test("a call of the given client works, and guard tells once what to write", async () => {
  const { client } = await connected({ use: () => "the same" });
  const { registry, misplaced } = setUp();
  guardClient(client, registry);
  for (let turn = 0; turn < 2; turn += 1)
    expect(await client.callTool(call)).toEqual(text("the same"));
  expect(misplaced()).toMatchObject([
    { agent: "agent", advice: expect.stringContaining("const client = guardClient(") },
  ]);
});

test("that is no mistake where the guarded client is in use", async () => {
  const { client } = await connected({ use: () => "the same" });
  const { registry, misplaced } = setUp();
  await guardClient(client, registry).callTool(call);
  await client.callTool(call);
  expect(misplaced()).toEqual([]);
});

test("a client that is guarded for each run hears of the latest", async () => {
  const { client } = await connected({ use: () => "the same" });
  const [first, second] = [setUp(), setUp()];
  guardClient(client, first.registry);
  guardClient(client, second.registry);
  await client.callTool(call);
  expect([first.misplaced().length, second.misplaced().length]).toEqual([0, 1]);
});

test("a call of the given client never fails by an error of guard's", async () => {
  const { client } = await connected({ use: () => "the same" });
  guardClient(client, createRegistry({ onTrip: "ask" })); // calls of the guarded client would throw
  expect(await client.callTool(call)).toEqual(text("the same"));
});

test("regression: guard calls a client behind the user's own proxy once", async () => {
  const { client: behind, ran } = await connected({ use: () => "the same" });
  const traced: unknown[] = [];
  const callTool = (params: Parameters<typeof behind.callTool>[0]) => {
    traced.push(params.name);
    return behind.callTool(params);
  };
  const client = new Proxy(behind, {
    get: (target, key) => (key === "callTool" ? callTool : (Reflect.get(target, key) as unknown)),
  });
  const { registry, misplaced } = setUp();
  const guarded = guardClient(guardClient(client, registry), createRegistry());
  expect(await guarded.callTool(call)).toEqual(text("the same"));
  expect([ran, traced, misplaced()]).toEqual([["use"], ["use"], []]);
});

test("a warning, refusals and a stop print nothing", async () => {
  const lines: string[] = [];
  const keep = (...parts: readonly unknown[]) => lines.push(parts.map(String).join(" ")) > 0;
  for (const method of ["debug", "error", "info", "log", "trace", "warn"] as const) {
    const spy = vi.spyOn(console, method).mockImplementation(keep);
    onTestFinished(() => spy.mockRestore());
  }
  for (const stream of [process.stdout, process.stderr]) {
    const spy = vi.spyOn(stream, "write").mockImplementation(keep);
    onTestFinished(() => spy.mockRestore());
  }
  const { client } = await guardedClient(createRegistry(), { use: () => "the same" });
  const { stop } = await ending(async () => {
    for (;;) await client.callTool(call);
  });
  expect([stop?.reason, lines]).toEqual(["loop", []]);
});
