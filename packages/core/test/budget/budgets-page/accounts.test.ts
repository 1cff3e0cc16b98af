// The section "Accounts" of docs/budgets.md. Each test is named after a sentence of the page, or a row of its table.
import { describe, expect, test } from "vitest";
import { ask, house, spend } from "../../support/accounts.ts";
import { use } from "../../support/breakers.ts";

const day = 86_400_000;

describe("Accounts", () => {
  test("`run` – one run: the option `budget` – with the run", async () => {
    const { run } = house({ budget: { usd: 1 } });
    const lane = run();
    await spend(lane, 1);
    expect(await spend(lane, 1)).toMatchObject({ verdict: "open", findings: [{ account: "run" }] });
    expect((await spend(run(), 1)).verdict).toBe("allow");
  });

  test.for([
    ["agent:agent", { agents: { agent: { toolCalls: 1 } } }],
    ["tool:use", { tools: { use: { toolCalls: 1 } } }],
  ] as const)(
    "`agent:NAME`, `tool:NAME` without `per` – one agent or tool in one run: `limits.agents` and `limits.tools` – with the run (%s)",
    async ([account, limits]) => {
      const { run } = house({ limits });
      const lane = run();
      expect((await lane.admit([use(1)]))[0].verdict).toBe("allow");
      expect((await lane.admit([use(2)]))[0]).toMatchObject({
        verdict: "open",
        findings: [{ account }],
      });
      expect((await run().admit([use(1)]))[0].verdict).toBe("allow");
    },
  );

  test.for([
    ["agent:agent", { agents: { agent: { toolCalls: 1, per: "day" } } }],
    ["tool:use", { tools: { use: { toolCalls: 1, per: "day" } } }],
  ] as const)(
    "`agent:NAME`, `tool:NAME` with `per` – an agent or tool in all runs – each window (%s)",
    async ([account, limits]) => {
      const { run, clock } = house({ limits });
      expect((await run().admit([use(1)]))[0].verdict).toBe("allow");
      expect((await run().admit([use(2)]))[0]).toMatchObject({
        verdict: "open",
        findings: [{ account }],
      });
      clock.advance(day);
      expect((await run().admit([use(3)]))[0].verdict).toBe("allow");
    },
  );

  test.for(["session", "user", "app", "organisation"] as const)(
    "`session:ID`, `user:ID`, `app:ID`, `organisation:ID` – what `accounts` names for a run – each window, or never (%s)",
    async (level) => {
      for (const [per, after] of [
        ["day", "allow"],
        [undefined, "open"],
      ] as const) {
        const { registry, run, clock } = house({ limits: { [level]: { usd: 1, per } } });
        const accounts = { [level]: "42" };
        await spend(run({ accounts }), 1);
        expect(await registry.balances(`${level}:42`)).toMatchObject([{ usd: 1 }]);
        expect((await spend(run({ accounts }), 1)).verdict).toBe("open");
        clock.advance(day);
        expect((await spend(run({ accounts }), 1)).verdict).toBe(after);
      }
    },
  );

  test("Guard reserves its cost in all of these accounts, or in none.", async () => {
    const limits = { user: { usd: 1 }, app: { usd: 1 }, organisation: { usd: 0.5 } };
    const { registry, run } = house({ limits });
    const lane = run({ accounts: { user: "u", app: "a", organisation: "o" } });
    const held = async () => {
      const names = ["user:u", "app:a", "organisation:o"];
      const balances = await Promise.all(names.map((name) => registry.balances(name)));
      return balances.map(([balance]) => balance?.reservedUsd ?? 0);
    };
    const [first] = await lane.admit([ask(0.4)]);
    expect([first.verdict, await held()]).toEqual(["allow", [0.4, 0.4, 0.4]]);
    const [second] = await lane.admit([ask(0.3)]);
    expect([second.verdict, await held()]).toEqual(["block", [0.4, 0.4, 0.4]]);
    await lane.release(first.token);
    expect((await lane.admit([ask(0.3)]))[0].verdict).toBe("allow");
    expect(await held()).toEqual([0.3, 0.3, 0.3]);
  });
});
