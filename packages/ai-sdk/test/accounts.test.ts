// Runs that share accounts: guard books what has happened, with generateText and with streams.
import { createRegistry } from "@guard/core";
import { expect, test } from "vitest";
import { ending } from "guard-test-support";
import { guardAI } from "../src/index.ts";
import { useTool, watchRejections } from "./support/guarded.ts";
import { runnerNames, runners } from "./support/runners.ts";
import { scriptedModel, use } from "guard-test-support/ai-sdk";

watchRejections();

test.for(runnerNames)(
  "%s: a user's next run is refused before its first call, another's is not",
  async (name) => {
    const registry = createRegistry({
      price: () => 0.25,
      limits: { user: { usd: 0.5, per: "day" } },
    });
    const start = async (user: string) => {
      const guard = guardAI(registry.breaker({ accounts: { user } }));
      const { model, prompts } = scriptedModel((turn) => (turn === 1 ? [use()] : "It is 8080."));
      const tools = guard.tools(useTool().tools);
      const { stop } = await ending(() =>
        runners[name]({ model: guard.model(model), tools, guard }),
      );
      return [prompts.length, stop?.finding.account];
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
