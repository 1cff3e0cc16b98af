// 3,270 of 3,000 calls ran, and the audit was wrong: transactions of one process raced each other until they gave up.
import { expect, test } from "vitest";
import { memoryStore } from "../../src/store/memory-store.ts";
import { house, spend } from "../support/accounts.ts";
import { memoryLedger } from "../../src/ledger/memory-ledger.ts";
import { manualClock } from "../support/clock.ts";
import { slowStore, ways, type Way } from "../support/slow-store.ts";

async function atOnce(calls: number, way: Way) {
  const clock = manualClock();
  const { store, counted } = slowStore(memoryStore({ clock }), way);
  const limits = { user: { modelCalls: calls * 0.6 } };
  const { registry, run, events } = house({ store, limits }, clock);
  const decisions = await Promise.all(
    Array.from({ length: calls }, () => spend(run({ accounts: { user: "u" } }), 0.01)),
  );
  const ran = decisions.filter(({ verdict }) => verdict === "allow").length;
  const operations = counted.reads + counted.writes;
  const [balance] = await registry.balances("user:u");
  const failed = events.filter(({ type }) => type === "port-error").length;
  return {
    ran,
    operations,
    balance,
    failed,
    lost: counted.lost,
    audit: await registry.ledger.audit(),
  };
}

test.for(ways)(
  "5,000 calls at once on one account of a slow store that %s: exact, the audit is right, and the store's work grows with the calls",
  { timeout: 60_000 },
  async (way) => {
    const few = await atOnce(500, way);
    const many = await atOnce(5_000, way);
    expect(many).toMatchObject({
      ran: 3_000,
      failed: 0,
      lost: 0,
      balance: { modelCalls: 3_000, usd: 30, reservedUsd: 0 },
      audit: { ok: true, differences: [] },
    });
    expect(many.operations).toBeLessThanOrEqual(2.5 * 5_000);
    expect(many.operations / few.operations).toBeLessThanOrEqual(10);
  },
);

test.for(ways)(
  "4 processes with 500 calls at once each on one account of a store that %s: exact together, and the ledger that they share agrees",
  async (way) => {
    const clock = manualClock();
    const inner = memoryStore({ clock });
    const ledger = memoryLedger();
    const waits: number[] = [];
    const wait = async (ms: number) => void waits.push(ms);
    const processes = Array.from({ length: 4 }, (_, index) => {
      const { store, counted } = slowStore(inner, way);
      let chance = index * 0.25; // tells the runs of each process apart
      const random = () => (chance = (chance + 0.137) % 1);
      const limits = { user: { modelCalls: 1_200 } };
      return { counted, ...house({ store, ledger, limits, ports: { random, wait } }, clock) };
    });
    const decisions = await Promise.all(
      processes.flatMap(({ run }) =>
        Array.from({ length: 500 }, () => spend(run({ accounts: { user: "u" } }), 0.01)),
      ),
    );
    expect(decisions.filter(({ verdict }) => verdict === "allow")).toHaveLength(1_200);
    expect(
      processes.flatMap(({ events }) => events.filter(({ type }) => type === "port-error")),
    ).toEqual([]);
    const lost = processes.reduce((sum, { counted }) => sum + counted.lost, 0);
    expect(lost).toBeGreaterThan(0);
    expect(waits).toHaveLength(lost);
    const { registry } = processes[0]!;
    expect(await registry.balances("user:u")).toMatchObject([{ modelCalls: 1_200, usd: 12 }]);
    // The accounts of the other processes' runs are not this one's to know.
    const { differences } = await registry.ledger.audit();
    expect(differences.filter(({ account }) => !account.startsWith("run:"))).toEqual([]);
  },
);
