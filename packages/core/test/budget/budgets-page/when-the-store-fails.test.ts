// The section "When the store fails" of docs/budgets.md. Each test is named after a sentence of the page.
import { describe, expect, test } from "vitest";
import type { GuardOptions } from "../../../src/options/guard-options.ts";
import { answered, ask, house, spend } from "../../support/accounts.ts";
import { use } from "../../support/breakers.ts";
import { manualClock } from "../../support/clock.ts";
import { manualTimer } from "../../support/manual-timer.ts";
import { unreliableStore, type Behaviour } from "../../support/unreliable-store.ts";

const accounts = { user: "u" };

const never = () => new Promise<never>(() => {});

/** A registry over a store that fails when a test says so. */
function unreliable(options: GuardOptions = {}, behaviour: Behaviour = "answers-later") {
  const clock = manualClock();
  const timer = manualTimer(clock);
  const remote = unreliableStore(clock, behaviour);
  const limits = { user: { usd: 10 } };
  const { store } = remote;
  return { ...house({ store, limits, ports: { timer }, ...options }, clock), remote, timer };
}

describe("When the store fails", () => {
  test("A `port-error` event says that the store fails.", async () => {
    const { run, remote, events } = unreliable();
    await spend(run({ accounts }), 1);
    expect(events).toEqual([]);
    remote.be("rejects");
    await spend(run({ accounts }), 1);
    expect(events[0]).toMatchObject({ type: "port-error", port: "store" });
  });

  test("When the store is back, guard writes all of this into the store, once, and holds the calls that are still open.", async () => {
    const { run, remote, registry } = unreliable();
    const lane = run({ accounts });
    await spend(lane, 1);
    remote.be("rejects");
    await spend(lane, 2);
    await lane.admit([ask(4)]);
    remote.be("answers-later");
    for (let call = 0; call < 3; call += 1) await spend(run({ accounts }), 0.5);
    const stored = house({ store: remote.inner, limits: { user: { usd: 10 } } });
    expect(await stored.registry.balances("user:u")).toMatchObject([
      { usd: 4.5, modelCalls: 6, reservedUsd: 4 },
    ]);
    expect(await registry.ledger.audit()).toMatchObject({ ok: true, differences: [] });
  });

  test("An account that it has never seen starts at zero.", async () => {
    const { run, remote } = unreliable();
    const other = house({ store: remote.store, limits: { user: { usd: 10 } } });
    await spend(other.run({ accounts }), 10);
    remote.be("rejects");
    expect((await spend(run({ accounts }), 10)).verdict).toBe("allow");
    expect((await spend(run({ accounts }), 1)).verdict).toBe("open");
    remote.be("answers-later");
    await spend(run({ accounts: { user: "v" } }), 1);
    expect(await other.registry.balances("user:u")).toMatchObject([{ usd: 20 }]);
  });

  test('With `onStoreError: "deny"`, guard blocks calls from the first failure on. When the store is back, guard books what earlier calls have cost.', async () => {
    const { run, remote, registry } = unreliable({ onStoreError: "deny" });
    const lane = run({ accounts });
    const [{ token }] = await lane.admit([ask(5)]);
    remote.be("rejects");
    const verdicts = [];
    for (let call = 0; call < 3; call += 1) verdicts.push((await spend(lane, 1)).verdict);
    expect(verdicts).toEqual(["block", "block", "block"]);
    await lane.settle(token, answered(3));
    remote.be("answers-later");
    expect((await spend(lane, 1)).verdict).toBe("allow");
    expect(await registry.balances("user:u")).toMatchObject([
      { usd: 4, modelCalls: 2, reservedUsd: 0 },
    ]);
  });

  test("Prices and recorders need no deadline: guard does not wait for them.", async () => {
    const { run, timer, events } = unreliable({ record: () => never() as never }, "answers");
    const lane = run({ accounts });
    expect((await spend(lane, 1)).verdict).toBe("allow");
    expect((await lane.admit([use()]))[0].verdict).toBe("allow");
    expect([timer.set(), events]).toEqual([0, []]);
    // A price is a number and no promise of one, which is told and not waited for.
    const promised = unreliable({ price: never as never }, "answers");
    expect((await spend(promised.run({ accounts }), 1)).verdict).toBe("allow");
    expect(promised.timer.set()).toBe(0);
  });

  test.for(["balances", "entries", "audit"] as const)(
    "People who read `balances`, `ledger` and `audit` wait as long as it takes. (%s)",
    async (what) => {
      const clock = manualClock();
      const timer = manualTimer(clock);
      const { store } = unreliableStore(clock, "answers");
      const waiting: (() => void)[] = [];
      const later = () => new Promise<void>((resolve) => waiting.push(resolve));
      const slow = {
        ...store,
        list: async (prefix: string) => later().then(() => store.list(prefix)),
      };
      const ledger = { append: () => {}, read: () => later().then(() => []) };
      const limits = { user: { usd: 10 } };
      const { registry } = house({ store: slow, ledger, limits, ports: { timer } }, clock);
      const read = {
        balances: () => registry.balances("user:u"),
        entries: () => registry.ledger.entries(),
        audit: () => registry.ledger.audit(),
      }[what];
      const answers: unknown[] = [];
      const reading = read().then((answer) => answers.push(answer));
      await timer.pass(3_600_000);
      expect([answers, timer.set()]).toEqual([[], 0]);
      for (let part = 0; part < 2; part += 1) {
        for (const resolve of waiting.splice(0)) resolve();
        await timer.pass(0);
      }
      await reading;
      expect(answers).toHaveLength(1);
    },
  );
});
