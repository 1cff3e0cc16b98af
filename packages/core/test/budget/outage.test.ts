import { beforeAll, describe, expect, test } from "vitest";
import { answered, ask, house, spend } from "../support/accounts.ts";
import { manualClock } from "../support/clock.ts";
import { manualTimer } from "../support/manual-timer.ts";
import { ways, type Way } from "../support/slow-store.ts";
import { accounts, letThrough, unreliableHouse } from "../support/unreliable-house.ts";
import { unreliableStore, type Behaviour } from "../support/unreliable-store.ts";
import { memoryLedger } from "../../src/ledger/memory-ledger.ts";
import type { GuardOptions } from "../../src/options/guard-options.ts";

/** How the store of a test changes accounts. */
let way: Way;

const unreliable = (options?: GuardOptions, behaviour?: Behaviour) =>
  unreliableHouse(way, options, behaviour);

/** A call whose admission or settlement the store does, but whose answer gets lost. */
const lost = async (options: GuardOptions, during: "admit" | "settle") => {
  const its = unreliable(options);
  const lane = its.run({ accounts });
  if (during === "admit") its.remote.be("loses");
  const [decision] = await lane.admit([ask(0.5)]);
  its.remote.be(during === "settle" ? "loses" : "answers-later");
  await lane.settle(decision.token, answered(0.2));
  its.remote.be("answers-later");
  return { ...its, decision };
};

/** The event of a port that takes too long. */
const late = (port: string) => ({
  type: "port-error",
  port,
  error: new Error(`the ${port} has not answered within 5000 ms`),
});

const failing: readonly Behaviour[] = ["throws", "rejects", "loses"];

describe.each(ways)("a store that %s", (each) => {
  beforeAll(() => void (way = each));

  describe("an outage in mid-run", () => {
    test.for(failing)("a store that %s: with 5 of 10 USD spent, 5 more pass", async (behaviour) => {
      const { run, remote, registry } = unreliable();
      expect(await letThrough(run, 5)).toBe(5);
      remote.be(behaviour);
      expect(await letThrough(run, 20)).toBe(5);
      remote.be("answers-later");
      expect(await letThrough(run, 5)).toBe(0);
      expect(await registry.balances("user:u")).toMatchObject([
        { usd: 10, modelCalls: 10, reservedUsd: 0 },
      ]);
      expect(await registry.ledger.audit()).toMatchObject({ ok: true, differences: [] });
    });

    test("what others have spent, as far as it was seen, counts", async () => {
      const { run, remote } = unreliable();
      const other = house({ store: remote.store, limits: { user: { usd: 10 } } });
      expect(await letThrough(other.run, 8)).toBe(8);
      expect(await letThrough(run, 1)).toBe(1);
      remote.be("rejects");
      expect(await letThrough(run, 20)).toBe(1);
    });

    test("what was only seen in a refusal counts", async () => {
      const { run, remote } = unreliable();
      const other = house({ store: remote.store, limits: { user: { usd: 10 } } });
      expect(await letThrough(other.run, 10)).toBe(10);
      expect(await letThrough(run, 1)).toBe(0);
      remote.be("rejects");
      expect(await letThrough(run, 20)).toBe(0);
    });

    test("what was held before is held on, and gives way to what it has cost", async () => {
      const { run, remote, registry } = unreliable();
      const lane = run({ accounts });
      const [{ token }] = await lane.admit([ask(8)]);
      remote.be("rejects");
      expect((await run({ accounts }).admit([ask(3)]))[0].verdict).toBe("block");
      await lane.settle(token, answered(1));
      expect(await letThrough(run, 20)).toBe(9);
      remote.be("answers-later");
      expect(await letThrough(run, 1)).toBe(0);
      expect(await registry.balances("user:u")).toMatchObject([{ usd: 10, reservedUsd: 0 }]);
      expect(await registry.ledger.audit()).toMatchObject({ ok: true });
    });

    test("a second outage finds the calls of the first that are still open", async () => {
      const { run, remote, registry } = unreliable();
      remote.be("rejects");
      const lane = run({ accounts });
      const [{ token }] = await lane.admit([ask(6)]);
      remote.be("answers-later");
      expect(await letThrough(run, 1)).toBe(1);
      expect(await registry.balances("user:u")).toMatchObject([{ usd: 1, reservedUsd: 6 }]);
      remote.be("rejects");
      await lane.settle(token, answered(4));
      expect(await letThrough(run, 20)).toBe(5);
      remote.be("answers-later");
      expect(await letThrough(run, 1)).toBe(0);
      expect(await registry.balances("user:u")).toMatchObject([{ usd: 10, reservedUsd: 0 }]);
      expect(await registry.ledger.audit()).toMatchObject({ ok: true });
    });

    test("a call of an earlier process that settles in it is booked once, and the ledger knows it", async () => {
      const ledger = memoryLedger();
      const { registry, remote } = unreliable({ ledger });
      const before = registry.breaker({ accounts });
      const [{ token }] = await before.agent().admit([ask(2)]);
      const later = house({ store: remote.store, limits: { user: { usd: 10 } }, ledger });
      const lane = later.registry.breaker({ accounts, restore: before.snapshot() }).agent();
      remote.be("rejects");
      await lane.settle(token, answered(3));
      await lane.settle(token, answered(3));
      remote.be("answers-later");
      expect(await letThrough(later.run, 20)).toBe(7);
      expect(await later.registry.balances("user:u")).toMatchObject([
        { usd: 10, modelCalls: 8, reservedUsd: 0 },
      ]);
      const entries = ledger.read({ account: "user:u", type: "settlement" });
      const booked = entries.flatMap(({ postings }) =>
        postings.filter(({ account }) => account === "user:u"),
      );
      expect(booked.reduce((sum, { nanoUsd }) => sum + nanoUsd, 0)).toBe(10e9);
    });

    test.for(["local", "deny"] as const)("hooks that can't wait (%s)", async (onStoreError) => {
      const { run, remote, registry } = unreliable({ onStoreError });
      expect(await letThrough(run, 5)).toBe(5);
      remote.be("rejects");
      const passed: string[] = [];
      for (let call = 0; call < 20; call += 1) {
        const lane = run({ accounts });
        const [decision] = lane.admitSync([ask()]);
        await lane.settle(decision.token, answered(1));
        if (decision.verdict === "allow") passed.push(decision.token.id);
      }
      expect(passed).toHaveLength(onStoreError === "local" ? 5 : 1); // the first one finds out
      remote.be("answers-later");
      await letThrough(run, 1);
      const usd = onStoreError === "local" ? 10 : 7;
      expect(await registry.balances("user:u")).toMatchObject([{ usd, reservedUsd: 0 }]);
      expect(await registry.ledger.audit()).toMatchObject({ ok: true });
    });

    test("guard emits its alerts once, also when the store is back", async () => {
      const limits = { user: { usd: 10, alertAt: 0.5 } };
      const { run, remote, events } = unreliable({ limits });
      expect(await letThrough(run, 2)).toBe(2);
      remote.be("rejects");
      expect(await letThrough(run, 4)).toBe(4);
      remote.be("answers-later");
      expect(await letThrough(run, 2)).toBe(2);
      expect(events.filter(({ type }) => type === "budget-alert")).toHaveLength(1);
    });
  });

  test("a full store that works: calls that end make room for calls that wait", async () => {
    const { run, remote, registry } = unreliable();
    const lane = run({ accounts });
    const [{ token }] = await lane.admit([ask(1)]);
    remote.be("full");
    const [waiting] = await lane.admit([ask(1)]);
    expect(waiting.verdict).toBe("allow");
    await lane.settle(token, answered(2));
    expect(await registry.balances("user:u")).toMatchObject([{ usd: 2, modelCalls: 2 }]);
    await lane.settle(waiting.token, answered(3));
    expect(await registry.balances("user:u")).toMatchObject([{ usd: 5, reservedUsd: 0 }]);
    expect(await registry.ledger.audit()).toMatchObject({ ok: true });
  });

  describe("an answer that gets lost", () => {
    test.for(["admit", "settle"] as const)("of %s: what was done counts once", async (during) => {
      const { run, registry } = await lost({}, during);
      await spend(run({ accounts }), 0.1);
      expect(await registry.balances("user:u")).toMatchObject([
        { usd: 0.3, modelCalls: 2, reservedUsd: 0 },
      ]);
      expect(await registry.ledger.audit()).toMatchObject({ ok: true });
    });

    test("guard releases the hold of a call that it refuses for this", async () => {
      const { run, registry, decision } = await lost({ onStoreError: "deny" }, "admit");
      expect(decision.verdict).toBe("block");
      await spend(run({ accounts }), 0.1);
      expect(await registry.balances("user:u")).toMatchObject([
        { usd: 0.1, modelCalls: 1, reservedUsd: 0 },
      ]);
      expect(await registry.ledger.audit()).toMatchObject({ ok: true });
    });

    test("of a call that nothing was held for: it counts once", async () => {
      const { registry, remote, run } = unreliable();
      const lane = run({ accounts });
      const [{ token }] = lane.admitSync([ask()]);
      remote.be("loses");
      await lane.settle(token, answered(0.2));
      remote.be("answers-later");
      await spend(run({ accounts }), 0.1);
      expect(await registry.balances("user:u")).toMatchObject([
        { usd: 0.3, modelCalls: 2, reservedUsd: 0 },
      ]);
      expect(await registry.ledger.audit()).toMatchObject({ ok: true });
    });

    test("also when each answer gets lost on the way back", async () => {
      const { registry, remote, run } = unreliable({}, "loses");
      expect(await letThrough(run, 3)).toBe(3);
      remote.be("answers-later");
      expect(await letThrough(run, 20)).toBe(7);
      expect(await registry.balances("user:u")).toMatchObject([{ usd: 10, modelCalls: 10 }]);
      expect(await registry.ledger.audit()).toMatchObject({ ok: true });
    });
  });

  describe("a port that hangs", () => {
    test("a store, at the very first call: the limit holds in this process", async () => {
      const { run, timer, events } = unreliable({}, "hangs");
      const first = letThrough(run, 20);
      await timer.pass(4_999);
      expect(events).toEqual([]);
      await timer.pass(1);
      expect(await first).toBe(10);
      expect(events[0]).toMatchObject(late("store"));
      expect(timer.running()).toBe(0);
    });

    test("a store, in mid-run: with 5 of 10 USD spent, 5 more pass, and all is booked once it is back", async () => {
      const { run, timer, remote, registry } = unreliable();
      expect(await letThrough(run, 5)).toBe(5);
      remote.be("hangs");
      const rest = letThrough(run, 20);
      await timer.pass(5_000);
      expect(await rest).toBe(5);
      remote.be("answers-later");
      await timer.pass(5_000);
      expect(await letThrough(run, 5)).toBe(0);
      expect(await registry.balances("user:u")).toMatchObject([{ usd: 10, modelCalls: 10 }]);
      expect(await registry.ledger.audit()).toMatchObject({ ok: true });
    });

    test("a store that answers late after all: what it did counts once", async () => {
      const { run, timer, remote, registry } = unreliable({}, "hangs-after-writing");
      const call = spend(run({ accounts }), 1);
      await timer.pass(5_000);
      expect((await call).verdict).toBe("allow");
      remote.answerLate();
      remote.be("answers-later");
      await timer.pass(0);
      expect(await letThrough(run, 20)).toBe(9);
      expect(await registry.balances("user:u")).toMatchObject([{ usd: 10, modelCalls: 10 }]);
      expect(await registry.ledger.audit()).toMatchObject({ ok: true });
    });

    test("a store that fails after the deadline: its late error breaks nothing", async () => {
      const { run, timer, remote } = unreliable({}, "hangs-after-writing");
      const call = spend(run({ accounts }), 1);
      await timer.pass(5_000);
      expect((await call).verdict).toBe("allow");
      remote.failLate(); // a rejection that nothing handles would fail this file
      await timer.pass(0);
    });

    test("one call finds out whether it answers again; others don't wait for it", async () => {
      const { run, timer, remote } = unreliable({}, "hangs");
      const first = letThrough(run, 1);
      await timer.pass(5_000);
      await first;
      await timer.pass(5_000);
      const asked = remote.asked();
      const probe = letThrough(run, 1);
      expect(await letThrough(run, 3)).toBe(3);
      expect(remote.asked()).toBe(asked + 2);
      await timer.pass(5_000);
      expect(await probe).toBe(1);
    });

    test("a store where calls shall be refused: they are, and are let through when it is back", async () => {
      const { run, timer, remote } = unreliable({ onStoreError: "deny" }, "hangs");
      const call = spend(run({ accounts }), 1);
      await timer.pass(5_000);
      expect(await call).toMatchObject({ verdict: "block", findings: [{ ceiling: "store" }] });
      expect(await letThrough(run, 3)).toBe(0);
      remote.be("answers-later");
      await timer.pass(5_000);
      expect(await letThrough(run, 3)).toBe(3);
    });

    test("a ledger: the run goes on after the deadline, and then at once", async () => {
      const ledger = { append: () => new Promise<void>(() => {}), read: () => [] };
      const { run, timer, events } = unreliable({ ledger });
      const calls = letThrough(run, 20);
      await timer.pass(5_000);
      expect(await calls).toBe(10);
      expect(events[0]).toMatchObject(late("ledger"));
    });

    test("the store of a breaker that has a name", async () => {
      const { run, timer, events } = unreliable({ limits: {} }, "hangs");
      const call = spend(run({ name: "crew" }), 1);
      await timer.pass(5_000);
      expect((await call).verdict).toBe("allow");
      expect(events[0]).toMatchObject(late("store"));
    });

    test("of a named breaker: the store keeps its trip when it is back", async () => {
      const { run, registry, timer, remote } = unreliable({ limits: {} }, "hangs");
      const call = spend(run({ name: "crew" }), 1);
      await timer.pass(5_000);
      await call;
      registry.breaker({ name: "crew" }).override({ force: "open", by: "ops", why: "broken" });
      expect(remote.inner.get("breaker:crew")).toBe(undefined);
      remote.be("answers-later");
      await timer.pass(5_000);
      await spend(run({ name: "crew" }), 1);
      const other = house({ store: remote.store });
      expect((await spend(other.run({ name: "crew" }), 1)).verdict).toBe("open");
    });

    test("of a named breaker: the stored trip of another process holds when the store is back", async () => {
      const { run, timer, remote } = unreliable({ limits: {} }, "hangs");
      const call = spend(run({ name: "crew" }), 1);
      await timer.pass(5_000);
      expect((await call).verdict).toBe("allow");
      remote.be("answers-later");
      const other = house({ store: remote.store }).registry.breaker({ name: "crew" });
      other.override({ force: "open", by: "ops", why: "broken" });
      await other.agent().admit([ask()]);
      await timer.pass(5_000);
      expect((await spend(run({ name: "crew" }), 1)).verdict).toBe("open");
    });

    test("the deadline is an option", async () => {
      const clock = manualClock();
      const timer = manualTimer(clock);
      const { store } = unreliableStore(clock, "hangs", way);
      const ports = { timer, timeoutMs: 20 };
      const { run, events } = house({ store, limits: { user: { usd: 1 } }, ports }, clock);
      const call = spend(run({ accounts }), 0.1);
      await timer.pass(20);
      await call;
      expect(events[0]).toMatchObject({
        error: new Error("the store has not answered within 20 ms"),
      });
    });

    test("ports that answer at once need no timer", async () => {
      const { run, timer } = unreliable({}, "answers");
      expect(await letThrough(run, 20)).toBe(10);
      expect(timer.set()).toBe(0);
    });
  });

  test("a damaged balance refuses its calls, and breaks no run", async () => {
    const { run, remote, events } = unreliable();
    const write = { value: "{", expiresAt: Number.POSITIVE_INFINITY, expected: undefined };
    remote.inner.compareAndSet([{ key: "account:user:u life", ...write }]);
    expect((await spend(run({ accounts }), 1)).verdict).toBe("block");
    expect((await spend(run({ accounts: { user: "v" } }), 1)).verdict).toBe("allow");
    expect(events[0]).toMatchObject({ type: "port-error", port: "store" });
  });
});
