// A guarded client inside a run: an answer of the run has asked for its calls.
import { createBreaker, createRegistry } from "@guard/core";
import { askModel, asRun } from "@guard/core/adapter";
import { ending, listen } from "guard-test-support";
import { describe, expect, test } from "vitest";
import { guardedClient } from "./support/server.ts";

const toAnswer = (calls: readonly { tool: string; args: unknown; id?: string }[]) => ({
  calls: calls.map((call) => ({ kind: "tool" as const, ...call })),
});

describe("guard counts each call once", () => {
  test.for<[what: string, args: unknown, name: string | undefined, tool: string]>([
    ["arguments as a value", { q: "a" }, undefined, "use"],
    ["arguments as a model's text", ' { "q" : "a" }', undefined, "use"],
    ["a name with that of its server", { q: "a" }, "docs", "docs__use"],
  ])("%s", async ([, args, name, tool]) => {
    const breaker = createBreaker();
    const { client } = await guardedClient(breaker, { use: () => "x" }, { name });
    await asRun(breaker, async (agent) => {
      await askModel(agent, { kind: "model" }, async () => [{ tool, args, id: "1" }], toAnswer);
      await client.callTool({ name: "use", arguments: { q: "a" } });
    });
    expect(breaker.spending).toMatchObject({ modelCalls: 1, toolCalls: 1 });
  });

  test("over a function that finds the breaker of the run", async () => {
    const breaker = createBreaker();
    const { client } = await guardedClient(() => breaker, { use: () => "x" });
    const asked = [{ tool: "use", args: {} }];
    await asRun(breaker, async (agent) => {
      await askModel(agent, { kind: "model" }, async () => asked, toAnswer);
      await client.callTool({ name: "use" });
    });
    expect(breaker.spending).toMatchObject({ modelCalls: 1, toolCalls: 1 });
  });

  test("calls of one answer at once, two of them alike", async () => {
    const breaker = createBreaker();
    const { client, ran } = await guardedClient(breaker, { use: () => "x" });
    const asked = ["a", "b", "a"].map((q) => ({ tool: "use", args: { q } }));
    await asRun(breaker, async (agent) => {
      await askModel(agent, { kind: "model" }, async () => asked, toAnswer);
      await Promise.all(asked.map(({ args }) => client.callTool({ name: "use", arguments: args })));
    });
    expect([ran.length, breaker.spending.toolCalls]).toEqual([3, 3]);
  });
});

test("fifty runs of one registry share a client: each run has its own budget, and stops alone", async () => {
  const registry = createRegistry({ budget: { toolCalls: 3 } });
  const events = listen(registry);
  const { client, ran } = await guardedClient(registry, { use: ({ q }) => `${String(q)}!` });
  const ends = await Promise.all(
    Array.from({ length: 50 }, (_, user) =>
      ending(() =>
        asRun(registry, async (agent) => {
          for (let turn = 0; turn < (user % 2 === 0 ? 3 : 40); turn += 1) {
            const args = { q: `${user} ${turn}` };
            const asked = [{ tool: "use", args }];
            await askModel(agent, { kind: "model" }, async () => asked, toAnswer);
            await client.callTool({ name: "use", arguments: args });
          }
        }),
      ),
    ),
  );
  expect(ends.map(({ stop }) => stop?.code)).toEqual(
    Array.from({ length: 50 }, (_, user) => (user % 2 === 0 ? undefined : "GUARD_BUDGET_EXCEEDED")),
  );
  expect(ran.length).toBe(150);
  expect(events.filter(({ type }) => type === "trip").length).toBe(25);
});

test("a client with another source does not belong to the run: it has a run of its own", async () => {
  const [outer, inner] = [createBreaker(), createBreaker()];
  const { client } = await guardedClient(inner, { use: () => "x" });
  await asRun(outer, async () => void (await client.callTool({ name: "use" })));
  expect([outer.spending.toolCalls, inner.spending.toolCalls]).toEqual([0, 1]);
});
