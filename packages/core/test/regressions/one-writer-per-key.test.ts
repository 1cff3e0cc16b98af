// 3,270 of 3,000 calls ran, and the audit was wrong: transactions of one process raced each other until they gave up.
import { expect, test } from "vitest";
import { memoryStore } from "../../src/store/memory-store.ts";
import { house, spend } from "../support/accounts.ts";
import { manualClock } from "../support/clock.ts";
import { slowStore } from "../support/slow-store.ts";

async function atOnce(calls: number) {
  const clock = manualClock();
  const { store, counted } = slowStore(memoryStore({ clock }));
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

test(
  "5,000 calls at once on one account of a slow store: exact, the audit is right, and the store's work grows with the calls",
  { timeout: 60_000 },
  async () => {
    const few = await atOnce(500);
    const many = await atOnce(5_000);
    expect(many).toMatchObject({
      ran: 3_000,
      failed: 0,
      lost: 0,
      balance: { modelCalls: 3_000, usd: 30, reservedUsd: 0 },
      audit: { ok: true, differences: [] },
    });
    expect(many.operations).toBeLessThanOrEqual(4 * 5_000);
    expect(many.operations / few.operations).toBeLessThanOrEqual(10);
  },
);
