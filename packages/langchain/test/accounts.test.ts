// Accounts that runs share, with a registry that adapters are given: what is booked is what has happened.
import { createRegistry, type Registry } from "@guard/core";
import { expect, test } from "vitest";
import { ending } from "guard-test-support";
import { quietHandlerErrors } from "guard-test-support/quiet";
import { scriptedModel, use } from "guard-test-support/langchain";
import { GuardCallbackHandler } from "../src/index.ts";
import { createAgentInvoke, createAgentStream, executorInvoke } from "./support/runners.ts";
import { useTool } from "./support/tools.ts";

quietHandlerErrors();

const runners = [
  ["createAgent, invoke", createAgentInvoke],
  ["createAgent, stream", createAgentStream],
  ["AgentExecutor", executorInvoke],
] as const;

/** The handler for the runs of one user. */
const handlerFor = (registry: Registry, user: string) =>
  new GuardCallbackHandler(() => registry.breaker({ accounts: { user } }));

test.for(runners)(
  "%s: a user's next run is refused before its first call, another's is not",
  async ([, run]) => {
    const registry = createRegistry({
      price: () => 0.25,
      limits: { user: { usd: 0.5, per: "day" } },
    });
    const start = async (user: string) => {
      const model = scriptedModel((turn) => (turn === 1 ? [use()] : "It is 8080."));
      const callbacks = [handlerFor(registry, user)];
      const { stop } = await ending(() => run({ model, tools: [useTool().tool], callbacks }));
      return [model.callCount, stop?.finding.account];
    };

    expect(await start("ann")).toEqual([2, undefined]);
    expect(await start("ann")).toEqual([0, "user:ann"]);
    expect(await start("ben")).toEqual([2, undefined]);
    expect(await registry.balances("user:ann")).toMatchObject([
      { usd: 0.5, modelCalls: 2, toolCalls: 1, reservedUsd: 0 },
    ]);
    expect(await registry.ledger.audit()).toMatchObject({ ok: true, differences: [] });
  },
);

test("of an answer that stops the run nothing is held any more when the run is over", async () => {
  const registry = createRegistry({
    preset: "strict",
    tools: { use: { usd: 0.1 } },
    limits: { app: { usd: 9 } },
    accounts: { app: "billing" },
  });
  const model = scriptedModel(() => [use("a"), use("b"), use("c")]);
  const used = useTool();
  const callbacks = [new GuardCallbackHandler(registry)];

  const { stop } = await ending(() => createAgentInvoke({ model, tools: [used.tool], callbacks }));

  expect(stop?.reason).toBe("loop");
  const [balance] = await registry.balances("app:billing");
  expect(balance).toMatchObject({ toolCalls: used.ran.length, reservedUsd: 0 });
  expect(await registry.ledger.audit()).toMatchObject({ ok: true, differences: [] });
});
