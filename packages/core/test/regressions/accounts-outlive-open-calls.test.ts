// Beyond 100,000 keys the oldest went: other runs' open calls erased a spent account, and it was full again.
import { expect, test } from "vitest";
import { createRegistry } from "../../src/breaker/registry.ts";
import { memoryStore } from "../../src/store/memory-store.ts";
import { ask, house, spend } from "../support/accounts.ts";
import { manualClock } from "../support/clock.ts";

const minute = 60_000;
const day = 86_400_000;

/** A house whose store has room for few, a spent account, a circuit that is open, and a crowd of open calls. */
async function crowded() {
  const clock = manualClock();
  const store = memoryStore({ clock, maxKeys: 50 });
  const limits = { user: { usd: 1 }, app: { usd: 1_000 } };
  const all = house({ store, limits, budget: { usd: 9 } }, clock);
  const accounts = { user: "spent", app: "a" };
  await spend(all.run({ accounts }), 1);
  const latched = all.registry.breaker({ name: "nightly", accounts });
  latched.override({ force: "open", by: "ops", why: "it goes round" });
  await latched.agent().admit([ask()]); // writes the circuit
  const crowd = all.run({ accounts: { ...accounts, user: "crowd" } });
  for (let call = 0; call < 200; call += 1) await crowd.admit([ask(0.001)]);
  return { ...all, store, accounts, crowd };
}

test("a spent account stays spent however many calls are open, and an open circuit open", async () => {
  const { run, store, accounts } = await crowded();
  expect((await spend(run({ accounts }), 0)).verdict).toBe("open");
  const later = createRegistry({ store }).breaker({ name: "nightly" });
  expect((await later.agent().admit([ask()]))[0].verdict).toBe("open");
  expect(store.list("account:").length).toBeGreaterThanOrEqual(3);
  expect(store.list("reservation:")).toHaveLength(50);
});

test("a full store leads to an event, and breaks no run", async () => {
  const { events, run, accounts } = await crowded();
  expect(events).toContainEqual(
    expect.objectContaining({
      type: "port-error",
      port: "store",
      error: expect.objectContaining({ message: expect.stringContaining('"reservation:"') }),
    }),
  );
  expect((await spend(run({ accounts: { ...accounts, user: "new" } }), 0.1)).verdict).toBe("allow");
});

test("what is spent while there is no room for open calls is booked, at the latest when there is room", async () => {
  const { registry, run, accounts, clock } = await crowded();
  await spend(run({ accounts: { ...accounts, user: "new" } }), 0.1);
  clock.advance(11 * minute);
  await spend(run({ accounts: { ...accounts, user: "later" } }), 0);
  expect(await registry.balances("user:new")).toMatchObject([{ usd: 0.1, reservedUsd: 0 }]);
  expect(await registry.ledger.audit()).toMatchObject({ ok: true, differences: [] });
});

test("calls that are never settled make room once they count as spent, and stay spent", async () => {
  const { registry, run, accounts, clock, store, events } = await crowded();
  clock.advance(11 * minute);
  const told = events.length;
  await spend(run({ accounts: { ...accounts, user: "later" } }), 0.1);
  expect(events.length).toBe(told);
  expect(store.list("reservation:")).toEqual([]);
  const [balance] = await registry.balances("user:crowd");
  expect(balance!.usd).toBeGreaterThanOrEqual(0.05); // the fifty that were held
});

test("where there is room, what is held for a call that is never settled is kept for a week", async () => {
  const clock = manualClock();
  const store = memoryStore({ clock });
  const { run } = house({ store, limits: { user: { usd: 1 } } }, clock);
  await run({ accounts: { user: "u" } }).admit([ask(0.1)]);
  clock.advance(7 * day - 1);
  expect(store.list("reservation:")).toHaveLength(1);
  clock.advance(1);
  expect(store.list("reservation:")).toEqual([]);
});
