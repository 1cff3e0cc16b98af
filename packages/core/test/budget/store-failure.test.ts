import { expect, test } from "vitest";
import { memoryStore } from "../../src/store/memory-store.ts";
import type { Store } from "../../src/ports/store.ts";
import { house, spend } from "../support/accounts.ts";
import { manualClock } from "../support/clock.ts";

/** A store that can be cut off: then it throws, or rejects. */
function cuttable(kind: "throws" | "rejects", clock = manualClock()) {
  const inner = memoryStore({ clock });
  let isCut = false;
  const guarded = <T>(answer: () => T) => {
    if (!isCut) return answer();
    if (kind === "throws") throw new Error("no store");
    return Promise.reject(new Error("no store")) as T;
  };
  const store: Store = {
    get: (key) => guarded(() => inner.get(key)),
    compareAndSet: (writes) => guarded(() => inner.compareAndSet(writes)),
    post: (postings) => guarded(() => inner.post(postings)),
    list: (prefix) => guarded(() => inner.list(prefix)),
    close: () => {},
  };
  return { store, clock, cut: () => void (isCut = true), mend: () => void (isCut = false) };
}

const accounts = { user: "u" };

test.for(["throws", "rejects"] as const)(
  "a store that %s: this process goes on from what it has seen, and pays when the store is back",
  async (kind) => {
    const { store, clock, cut, mend } = cuttable(kind);
    const limits = { user: { usd: 1 } };
    const { registry, run, events } = house({ store, limits }, clock);
    await spend(run({ accounts }), 0.3);
    cut();
    const lane = run({ accounts });
    expect((await spend(lane, 0.6)).verdict).toBe("allow");
    expect((await spend(lane, 0.2)).verdict).toBe("allow");
    expect((await spend(lane, 0.1)).verdict).toBe("open");
    expect(events).toContainEqual(expect.objectContaining({ type: "port-error", port: "store" }));
    mend();
    expect((await spend(run({ accounts }), 0)).verdict).toBe("open");
    expect(await registry.balances("user:u")).toMatchObject([{ usd: 1.1, modelCalls: 3 }]);
    expect(await registry.ledger.audit()).toMatchObject({ ok: true, differences: [] });
  },
);

test("where calls shall be refused instead, they are blocked, and the run is not stopped", async () => {
  const { store, clock, cut, mend } = cuttable("rejects");
  const { run } = house({ store, limits: { user: { usd: 1 } }, onStoreError: "deny" }, clock);
  const lane = run({ accounts });
  cut();
  const refused = await spend(lane, 0);
  expect(refused).toMatchObject({
    verdict: "block",
    retryAfterMs: 1_000,
    findings: [{ ceiling: "store" }],
  });
  mend();
  expect((await spend(lane, 0)).verdict).toBe("allow");
});

test("a settlement that finds no store is paid later, and once", async () => {
  const { store, clock, cut, mend } = cuttable("rejects");
  const { registry, run } = house({ store, limits: { user: { usd: 1 } } }, clock);
  const lane = run({ accounts });
  const [{ token }] = await lane.admit([{ kind: "model", estimate: { usd: 0.5 } }]);
  cut();
  await lane.settle(token, { status: "success", usage: { usd: 0.2 } });
  mend();
  await spend(lane, 0.1);
  await spend(lane, 0.1);
  expect(await registry.balances("user:u")).toMatchObject([{ usd: 0.4, reservedUsd: 0 }]);
  expect(await registry.ledger.audit()).toMatchObject({ ok: true });
});

test("guard writes waiting changes once, with any number of callers when the store is back", async () => {
  const { store, clock, cut, mend } = cuttable("rejects");
  const slow: Store = {
    ...store,
    get: async (key) => store.get(key),
    compareAndSet: async (writes) => store.compareAndSet(writes),
  };
  const { registry, run } = house({ store: slow, limits: { user: { usd: 9 } } }, clock);
  cut();
  for (let call = 0; call < 5; call += 1) await spend(run({ accounts }), 0.1);
  mend();
  await Promise.all(Array.from({ length: 10 }, () => spend(run({ accounts }), 0.1)));
  expect(await registry.balances("user:u")).toMatchObject([{ usd: 1.5, modelCalls: 15 }]);
  expect(await registry.ledger.audit()).toMatchObject({ ok: true });
});

test("a settlement whose answer got lost on its way is not booked twice", async () => {
  const clock = manualClock();
  const inner = memoryStore({ clock });
  let isLost = false;
  const store: Store = {
    get: (key) => inner.get(key),
    compareAndSet: async (writes) => {
      const won = inner.compareAndSet(writes);
      if (isLost) throw new Error("no answer");
      return won;
    },
    list: (prefix) => inner.list(prefix),
    close: () => {},
  };
  const { registry, run } = house({ store, limits: { user: { usd: 9 } } }, clock);
  const lane = run({ accounts });
  const [{ token }] = await lane.admit([{ kind: "model", estimate: { usd: 0.5 } }]);
  isLost = true;
  await lane.settle(token, { status: "success", usage: { inputTokens: 1, usd: 0.2 } });
  isLost = false;
  await spend(lane, 0.1);
  expect(await registry.balances("user:u")).toMatchObject([{ usd: 0.3, modelCalls: 2 }]);
});

test("a hook that can't wait goes on with what it knows, says so, and its cost is booked", async () => {
  const clock = manualClock();
  const inner = memoryStore({ clock });
  const store: Store = {
    get: async (key) => inner.get(key),
    compareAndSet: async (writes) => inner.compareAndSet(writes),
    list: async (prefix) => inner.list(prefix),
    close: () => {},
  };
  const { registry } = house({ store, limits: { user: { usd: 1 } } }, clock);
  const breaker = registry.breaker({ accounts });
  const told: string[] = [];
  breaker.on("judged-locally", ({ type }) => told.push(type));
  const lane = breaker.agent();
  const [decision] = lane.admitSync([{ kind: "model" }]);
  await lane.settle(decision.token, { status: "success", usage: { usd: 2 } });
  expect([decision.verdict, told]).toEqual(["allow", ["judged-locally"]]);
  expect((await spend(lane, 0)).verdict).toBe("open");
  expect(await registry.ledger.audit()).toMatchObject({ ok: true });
});
