// The section "The ledger" of docs/budgets.md. Each test is named after a sentence of the page.
import { describe, expect, test } from "vitest";
import { memoryLedger } from "../../../src/ledger/memory-ledger.ts";
import type { Ledger, LedgerEntry } from "../../../src/ports/ledger.ts";
import { memoryStore } from "../../../src/store/memory-store.ts";
import { answered, ask, house, spend } from "../../support/accounts.ts";
import { success, use } from "../../support/breakers.ts";
import { manualClock } from "../../support/clock.ts";
import { collect } from "../../support/garbage.ts";

const accounts = { user: "u" };
const limits = { user: { usd: 1e6 } };
const hour = 3_600_000;

/** Tells the runs of a second process apart from those of the first. */
const half = () => 0.5;

describe("The ledger", () => {
  test("Each change of a balance is part of an entry, so the entries add up to the balances:", async () => {
    const { registry, run } = house({ limits, tools: { use: { usd: 0.25 } } });
    const lane = run({ accounts });
    const [, lost] = await lane.admit([ask(0.5), ask(2)]);
    const [tool, unmade] = await lane.admit([use(1), use(2)]);
    await lane.settle(tool.token, success());
    await lane.release(unmade.token);
    await spend(lane, 0.125);
    const posted = { usd: 0, reservedUsd: 0, modelCalls: 0, toolCalls: 0 };
    for (const { postings } of await registry.ledger.entries({ account: "user:u" })) {
      for (const posting of postings.filter(({ account }) => account === "user:u")) {
        posted.usd += posting.nanoUsd / 1e9;
        posted.reservedUsd += posting.heldNanoUsd / 1e9;
        posted.modelCalls += posting.modelCalls;
        posted.toolCalls += posting.toolCalls;
      }
    }
    expect(lost.verdict).toBe("allow");
    expect(posted).toEqual({ usd: 0.375, reservedUsd: 2.5, modelCalls: 3, toolCalls: 1 });
    expect(await registry.balances("user:u")).toMatchObject([posted]);
  });

  test("By default the ledger is in memory and holds about 10,000 entries.", async () => {
    const { registry, run } = house({ limits });
    const lane = run({ accounts });
    for (let call = 0; call < 6_000; call += 1) await spend(lane, 0.01);
    const entries = await registry.ledger.entries();
    expect(entries.length).toBeGreaterThanOrEqual(10_000);
    expect(entries.length).toBeLessThan(12_000);
    expect(entries[0]!.type).toBe("carried-forward");
    expect(await house().registry.ledger.entries(), "another registry's").toEqual([]);
  });

  test("`memoryLedger({ maxEntries: 1_000_000 })` holds a million entries of about 700 bytes each.", async () => {
    const ledger = memoryLedger({ maxEntries: 1_000_000 });
    const { run } = house({ limits, ledger });
    const lane = run({ accounts });
    const make = async (calls: number) => {
      for (let call = 0; call < calls; call += 1) await spend(lane, 0.01);
      await collect();
      return process.memoryUsage().heapUsed;
    };
    const before = await make(1_000);
    const after = await make(20_000);
    expect(ledger.read({})).toHaveLength(42_000);
    expect((after - before) / 40_000).toBeGreaterThan(500);
    expect((after - before) / 40_000).toBeLessThan(900);
  });

  test("The ledger adds an old entry to one entry, `carried-forward`, before it drops the old entry, and audits stay exact.", async () => {
    const { registry, run } = house({ limits, ledger: memoryLedger({ maxEntries: 8 }) });
    const lane = run({ accounts });
    for (let call = 0; call < 50; call += 1) {
      await spend(lane, 0.1);
      const { differences } = await registry.ledger.audit();
      expect(differences).toEqual([]);
    }
    const carried = await registry.ledger.entries({ type: "carried-forward" });
    expect(carried).toHaveLength(1);
    expect(carried[0]!.postings.length).toBeGreaterThan(0);
  });

  test("`carried-forward` holds open accounts: a run that has ended leaves it, and a window leaves it 64 days after its last entry.", async () => {
    const hourly = { user: { usd: 1e6, per: "hour" } } as const;
    const ledger = memoryLedger({ maxEntries: 8 });
    const { registry, clock } = house({ limits: hourly, ledger });
    for (let step = 0; step < 4_000; step += 1) {
      const breaker = registry.breaker({ accounts });
      await spend(breaker.agent(), 0.1);
      breaker.endRun();
      clock.advance(hour);
    }
    const [carried] = ledger.read({ type: "carried-forward" });
    const names = carried!.postings.map(({ account }) => account);
    const runs = new Set(names.filter((name) => name.startsWith("run:")));
    expect(runs.size, "the run whose entries are just leaving").toBeLessThanOrEqual(1);
    expect(carried!.postings.length, "a window an hour").toBeLessThanOrEqual(2 * 64 * 24);
    expect(carried!.postings.length).toBeGreaterThanOrEqual(64 * 24 - 8);
  });

  test("Any object with `append` and `read` can be a `ledger`.", async () => {
    const all: LedgerEntry[] = [];
    const ledger: Ledger = {
      append: async (entries) => void all.push(...entries),
      read: async () => all,
    };
    const { registry, run } = house({ limits, ledger });
    await spend(run({ accounts }), 1);
    expect(all.map(({ type }) => type)).toEqual(["decision", "settlement"]);
    expect(await registry.ledger.audit()).toMatchObject({ ok: true, differences: [] });
  });

  test.for([
    ["of their own", () => memoryLedger(), ["user:u"]],
    ["that they share", (shared: Ledger) => shared, []],
  ] as const)(
    "An audit knows only the entries of one ledger. Processes that share a store must also share a ledger: otherwise the audit of each finds spending without entries. (a ledger %s)",
    async ([, ledgerOf, unaccounted]) => {
      const clock = manualClock();
      const [store, shared] = [memoryStore({ clock }), memoryLedger()];
      const first = house({ store, limits, ledger: ledgerOf(shared) }, clock);
      const second = house(
        { store, limits, ledger: ledgerOf(shared), ports: { random: half } },
        clock,
      );
      for (const { registry } of [first, second]) {
        const breaker = registry.breaker({ accounts });
        const lane = breaker.agent();
        const [{ token }] = await lane.admit([ask(1)]);
        await lane.settle(token, answered(0.5));
        breaker.endRun();
      }
      for (const { registry } of [first, second]) {
        const { differences } = await registry.ledger.audit();
        expect(differences.map(({ account }) => account)).toEqual(unaccounted);
      }
    },
  );

  test("An audit leaves out the runs of other processes that have not ended, and counts them in `openElsewhere`: only their own process knows their balances.", async () => {
    const clock = manualClock();
    const both = { store: memoryStore({ clock }), ledger: memoryLedger(), limits };
    const first = house(both, clock);
    const second = house({ ...both, ports: { random: half } }, clock);
    const other = second.registry.breaker({ accounts });
    await spend(other.agent(), 1);
    const good = { ok: true, differences: [] };
    expect(await first.registry.ledger.audit()).toMatchObject({ ...good, openElsewhere: 1 });
    expect(await second.registry.ledger.audit()).toMatchObject({ ...good, openElsewhere: 0 });
    other.endRun();
    expect(await first.registry.ledger.audit()).toMatchObject({ ...good, openElsewhere: 0 });
  });

  test("An account that has expired (below) is also a difference, because its entries stay.", async () => {
    const { registry, run, clock } = house({ limits });
    await spend(run({ accounts }), 1);
    expect(await registry.ledger.audit()).toMatchObject({ ok: true });
    clock.advance(401 * 24 * hour);
    const { differences } = await registry.ledger.audit();
    expect(differences).toMatchObject([{ account: "user:u", balance: { nanoUsd: 0 } }]);
  });
});
