import { describe, expect, test } from "vitest";
import type { Ledger } from "../../src/ports/ledger.ts";
import { memoryLedger } from "../../src/ledger/memory-ledger.ts";
import { memoryStore } from "../../src/store/memory-store.ts";
import { ask, answered, house, spend } from "../support/accounts.ts";
import { success, use } from "../support/breakers.ts";
import { manualClock } from "../support/clock.ts";

const accounts = { user: "u" };
const limits = { user: { usd: 10 } };

describe("the entries of a ledger", () => {
  test("each decision, each settlement, each trip and each override", async () => {
    const { registry } = house({ budget: { modelCalls: 1 } });
    const breaker = registry.breaker();
    await spend(breaker.agent(), 1);
    await spend(breaker.agent(), 1);
    breaker.override({ extend: { modelCalls: 1 }, by: "ops", why: "go on" });
    breaker.endRun();
    const entries = await registry.ledger.entries();
    expect(entries.map((entry) => [entry.type, "verdict" in entry ? entry.verdict : ""])).toEqual([
      ["decision", "allow"],
      ["settlement", ""],
      ["trip", ""],
      ["decision", "open"],
      ["override", ""],
      ["run-ended", ""],
    ]);
    expect(entries.every(({ run }) => run === breaker.id)).toBe(true);
  });

  test("names, counts and hashes, no arguments, results or prompts", async () => {
    const secret = "swordfish";
    const { registry, run } = house({ limits });
    const lane = run({ accounts });
    lane.userMessage(secret);
    const decisions = await lane.admit([
      { kind: "model", model: "m", prompt: [{ content: secret }] },
      { ...use({ password: secret }) },
      { kind: "delegation", to: "b", task: secret },
    ]);
    for (const { token } of decisions) await lane.settle(token, success(secret));
    const entries = await registry.ledger.entries();
    expect(entries).toHaveLength(6);
    expect(JSON.stringify(entries)).not.toContain(secret);
  });

  test("a name that a model has made up is cut", async () => {
    const { registry, run } = house();
    await run().admit([{ kind: "tool", tool: "x".repeat(1_000_000) }]);
    expect(JSON.stringify(await registry.ledger.entries()).length).toBeLessThan(1_000);
  });

  test("a ledger that fails changes no decision, and leads to an event", async () => {
    const failing: Ledger = {
      append: () => Promise.reject(new Error("disk full")),
      read: () => [],
    };
    const { run, events } = house({ ledger: failing, budget: { usd: 1 } });
    const lane = run();
    expect((await spend(lane, 1)).verdict).toBe("allow");
    expect((await spend(lane, 1)).verdict).toBe("open");
    expect(events).toContainEqual(expect.objectContaining({ type: "port-error", port: "ledger" }));
  });
});

describe("queries", () => {
  test("by run, account, kind and time", async () => {
    const { registry, clock } = house({ limits });
    const [a, b] = ["u", "v"].map((user) => registry.breaker({ accounts: { user } }));
    await spend(a!.agent(), 1);
    clock.advance(1_000);
    await spend(b!.agent(), 1);
    const count = async (query: Parameters<typeof registry.ledger.entries>[0]) =>
      (await registry.ledger.entries(query)).length;
    expect(await count({ run: a!.id })).toBe(2);
    expect(await count({ account: "user:v" })).toBe(2);
    expect(await count({ account: `run:${a!.id}` })).toBe(2);
    expect(await count({ type: "settlement" })).toBe(2);
    expect(await count({ since: clock() })).toBe(2);
    expect(await count({ until: clock() })).toBe(2);
    expect(await count({ run: a!.id, account: "user:v" })).toBe(0);
  });

  test("trips since a moment", async () => {
    const { registry, clock } = house({ budget: { modelCalls: 0 } });
    await spend(registry.breaker().agent(), 1);
    clock.advance(86_400_000);
    const late = registry.breaker();
    await spend(late.agent(), 1);
    const trips = await registry.ledger.trips({ since: clock() });
    expect(trips).toMatchObject([{ run: late.id, report: { reason: "budget" } }]);
  });
});

describe("an audit", () => {
  test("adds up while calls are in flight, after they have settled, and when the run is over", async () => {
    const { registry } = house({ limits: { ...limits, agents: { agent: { usd: 5 } } } });
    const breaker = registry.breaker({ accounts });
    const lane = breaker.agent();
    const audit = async () => (await registry.ledger.audit()).differences;
    const decisions = await lane.admit([ask(1), ask(2), ask(0.5)]);
    expect(await audit()).toEqual([]);
    await lane.settle(decisions[0].token, answered(0.7));
    await lane.release(decisions[1].token);
    expect(await audit()).toEqual([]);
    breaker.endRun();
    expect(await audit()).toEqual([]);
    // The run is over, and what it still had in flight is the user's all the same.
    await lane.settle(decisions[2].token, answered(0.25));
    expect(await audit()).toEqual([]);
    expect(await registry.balances("user:u")).toMatchObject([
      { usd: 0.95, modelCalls: 2, reservedUsd: 0 },
    ]);
  });

  test.for([
    ["changed", (json: string) => json.replace('nanoUsd":1000000000', 'nanoUsd":999999999')],
    ["removed", () => undefined],
  ] as const)("finds a balance that was %s, to the nano-dollar", async ([, change]) => {
    const clock = manualClock();
    const store = memoryStore({ clock });
    const { registry, run } = house({ store, limits }, clock);
    await spend(run({ accounts }), 1);
    const found = store.get("account:user:u life")!;
    const value = change(found.value);
    const expiresAt = value === undefined ? 0 : clock() + 1_000;
    store.compareAndSet([
      { key: "account:user:u life", expected: found.version, value: value ?? "", expiresAt },
    ]);
    expect(await registry.ledger.audit()).toMatchObject({
      ok: false,
      differences: [{ account: "user:u", window: "life", entries: { nanoUsd: 1_000_000_000 } }],
    });
  });

  test.for([
    ["all entries", 10_000],
    ["the last four entries", 4],
  ] as const)("goes on over windows, those that roll too, with %s kept", async ([, maxEntries]) => {
    const rolling = {
      user: [
        { usd: 9, per: "rolling-hour" },
        { usd: 9, per: "hour" },
      ],
    } as const;
    const ledger = memoryLedger({ maxEntries });
    const { registry, run, clock } = house({ limits: rolling, ledger });
    for (let step = 0; step < 90; step += 1) {
      await spend(run({ accounts: { user: "a user" } }), 0.1);
      expect((await registry.ledger.audit()).differences).toEqual([]);
      clock.advance(7 * 60_000);
    }
  });

  test("goes on over a snapshot", async () => {
    const { registry } = house({ budget: { usd: 5 } });
    const before = registry.breaker();
    await spend(before.agent(), 1);
    const after = registry.breaker({ restore: before.snapshot() });
    await spend(after.agent(), 1);
    expect(after.spending.usd).toBe(2);
    expect((await registry.ledger.audit()).differences).toEqual([]);
  });
});

test("the memory ledger is bounded, and still adds up", async () => {
  const { registry, run } = house({ ledger: memoryLedger({ maxEntries: 10 }), limits });
  for (let call = 0; call < 100; call += 1) await spend(run({ accounts }), 0.01);
  const entries = await registry.ledger.entries();
  expect(entries.length).toBeLessThanOrEqual(21);
  expect(entries[0]).toMatchObject({ type: "carried-forward" });
  expect(await registry.ledger.audit()).toMatchObject({ ok: true });
  expect(await registry.balances("user:u")).toMatchObject([{ usd: 1, modelCalls: 100 }]);
});
