// Beyond 100,000 keys the oldest went: other runs' open calls erased a spent account, and it was full again.
import { expect, test } from "vitest";
import { createRegistry } from "../../src/breaker/registry.ts";
import { memoryStore } from "../../src/store/memory-store.ts";
import { ask, house, spend } from "../support/accounts.ts";
import { manualClock } from "../support/clock.ts";

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

test("a store that is full says so in an event, and breaks no run", async () => {
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

test("what is spent while there is no room for open calls is booked all the same", async () => {
  const { registry, run, accounts } = await crowded();
  const before = (await registry.balances("app:a"))[0]!.usd;
  await spend(run({ accounts: { ...accounts, user: "new" } }), 0.1);
  expect((await registry.balances("app:a"))[0]!.usd - before).toBeCloseTo(0.1, 9);
});

test("a call that is never settled leaves its room after a week", async () => {
  const { clock, store, crowd } = await crowded();
  clock.advance(7 * day);
  await crowd.admit([ask(0.001)]);
  expect(store.list("reservation:")).toHaveLength(1);
});
