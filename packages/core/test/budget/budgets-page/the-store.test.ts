// The section "The store" of docs/budgets.md. Each test is named after a sentence of the page.
import { describe, expect, test } from "vitest";
import { memoryStore } from "../../../src/store/memory-store.ts";
import { answered, ask, house, spend } from "../../support/accounts.ts";
import { manualClock } from "../../support/clock.ts";
import { withoutPost } from "../../support/slow-store.ts";

const accounts = { user: "u" };
const day = 86_400_000;

/** Two processes over one store, and what a user's account says. */
function twoProcesses(per?: "day") {
  const clock = manualClock(100 * day);
  const store = memoryStore({ clock });
  const limits = { user: { usd: 10, per } };
  const [one, two] = [house({ store, limits }, clock), house({ store, limits }, clock)];
  const balances = () => two.registry.balances("user:u");
  return { clock, one, two, balances };
}

describe("The store", () => {
  test("The `store` keeps shared accounts, and what is held for each open call.", async () => {
    const { one, two, balances } = twoProcesses();
    const breaker = one.registry.breaker({ accounts });
    const lane = breaker.agent();
    await spend(lane, 3);
    const [{ token }] = await lane.admit([ask(2)]);
    expect(await balances()).toMatchObject([{ usd: 3, reservedUsd: 2 }]);
    // Another process goes on with the run, and settles the call.
    const later = two.registry.breaker({ accounts, restore: breaker.snapshot() });
    await later.agent().settle(token, answered(1));
    expect(await balances()).toMatchObject([{ usd: 4, reservedUsd: 0 }]);
  });

  test("By default it is this process's memory.", async () => {
    const limits = { user: { usd: 1 } };
    const [one, two] = [house({ limits }), house({ limits })];
    await spend(one.run({ accounts }), 1);
    expect((await spend(one.run({ accounts }), 1)).verdict).toBe("open");
    expect((await spend(two.run({ accounts }), 1)).verdict, "as in another process").toBe("allow");
  });

  test.for([
    ["without a window", undefined, 401],
    ["of a day", "day", 2],
  ] as const)(
    "An account without a window expires 401 days after its last call, and the account of a window expires a day after the window. (%s)",
    async ([, per, days]) => {
      const { clock, one, balances } = twoProcesses(per);
      await spend(one.run({ accounts }), 1);
      clock.advance(days * day - 1);
      expect(await balances()).toMatchObject([{ usd: 1 }]);
      clock.advance(1);
      expect(await balances()).toEqual([]);
    },
  );

  test("The hold of a call that never ends expires after a week: guard then books the held cost for good.", async () => {
    const { clock, one, balances } = twoProcesses();
    const lane = one.run({ accounts });
    const [late] = await lane.admit([ask(2)]);
    clock.advance(7 * day - 1);
    await lane.settle(late.token, answered(1));
    expect(await balances()).toMatchObject([{ usd: 1, reservedUsd: 0 }]);
    const [tooLate] = await lane.admit([ask(2)]);
    clock.advance(7 * day);
    await lane.settle(tooLate.token, answered(1));
    expect(await balances()).toMatchObject([{ usd: 3, reservedUsd: 0 }]);
  });

  test("The memory store has room for 100,000 accounts and as many open calls (`memoryStore({ maxKeys })`). Accounts and open calls never take each other's room.", () => {
    const clock = manualClock();
    const store = memoryStore({ clock });
    const put = (key: string) =>
      store.compareAndSet([{ key, expected: undefined, value: "x", expiresAt: clock() + day }]);
    for (const kind of ["account", "reservation"]) {
      for (let index = 0; index < 100_000; index += 1) put(`${kind}:${index}`);
      expect(store.list(`${kind}:`)).toHaveLength(100_000);
      expect(() => put(`${kind}:one more`)).toThrow("full");
    }
    expect(store.list("")).toHaveLength(200_000);
  });

  test("If there is no room for one more, the store fails, and a `port-error` event says so.", async () => {
    const clock = manualClock();
    const store = memoryStore({ clock, maxKeys: 2 });
    const { run, events } = house({ store, limits: { user: { usd: 1 } } }, clock);
    for (const user of ["a", "b"]) await spend(run({ accounts: { user } }), 0.5);
    expect(events).toEqual([]);
    expect((await spend(run({ accounts: { user: "c" } }), 0.5)).verdict).toBe("allow");
    expect(events[0]).toMatchObject({ type: "port-error", port: "store" });
  });

  test("The memory store can do both.", async () => {
    const clock = manualClock();
    const both = memoryStore({ clock });
    const ports = { random: Math.random }; // tells the runs of two processes apart
    const limits = { user: { modelCalls: 2 } };
    for (const store of [both, withoutPost(both)]) {
      const user = store === both ? "posted" : "compared";
      const processes = [1, 2].map(() => house({ store, limits, ports }, clock));
      const verdicts: string[] = [];
      for (const { run } of [...processes, ...processes]) {
        verdicts.push((await spend(run({ accounts: { user } }), 1)).verdict);
      }
      expect(verdicts).toEqual(["allow", "allow", "open", "open"]);
    }
  });
});
