// Threads of Mastra's memory: each call has its own budget, and all calls of a thread share the limits of a session.
import { AsyncLocalStorage } from "node:async_hooks";
import { createRegistry, findCircuitOpen } from "@guard/core";
import { MockMemory } from "@mastra/core/memory";
import { ending } from "guard-test-support";
import { expect, test } from "vitest";
import { guardAgent } from "../src/index.ts";
import { agentOf } from "./support/agents.ts";

test("a thread that has used its session's limit asks no model; other threads do", async () => {
  const threads = new AsyncLocalStorage<string>();
  const registry = createRegistry({
    budget: { modelCalls: 2 },
    limits: { session: { modelCalls: 3 } },
  });
  const misplaced: string[] = [];
  for (const type of ["shared-run", "breaker-per-call", "unguarded"] as const) {
    registry.on(type, () => misplaced.push(type));
  }
  const { agent, prompts } = agentOf(() => "done", { memory: new MockMemory() });
  guardAgent(agent, () =>
    registry.breaker({ accounts: { session: threads.getStore() ?? "no thread" } }),
  );
  const answer = async (thread: string) =>
    threads.run(thread, async () => {
      const memory = { thread, resource: "user" };
      const { result, error } = await ending(() => agent.generate("Find the port.", { memory }));
      return result?.text ?? findCircuitOpen(error)?.code;
    });

  const first = [await answer("a"), await answer("a"), await answer("a"), await answer("a")];
  expect(first).toEqual(["done", "done", "done", "GUARD_BUDGET_EXCEEDED"]);
  expect(await Promise.all([answer("b"), answer("b"), answer("c")])).toEqual(
    Array.from({ length: 3 }, () => "done"),
  );
  expect([prompts.length, misplaced]).toEqual([6, []]);
});
