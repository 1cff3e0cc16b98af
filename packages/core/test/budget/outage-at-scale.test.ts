import { describe, expect, test } from "vitest";
import { spend } from "../support/accounts.ts";
import { ways } from "../support/slow-store.ts";
import { accounts, letThrough, unreliableHouse } from "../support/unreliable-house.ts";

describe.each(ways)("many calls while a store that %s fails", (way) => {
  test("500 calls at once, some of them under way when it begins: exact", async () => {
    const { run, remote, registry } = unreliableHouse(way);
    expect(await letThrough(run, 5)).toBe(5);
    const calls = Array.from({ length: 500 }, async (_, index) => {
      if (index === 100) remote.be("rejects");
      return (await spend(run({ accounts }), 0.01, 0.01)).verdict;
    });
    const verdicts = await Promise.all(calls);
    expect(verdicts.filter((verdict) => verdict === "allow")).toHaveLength(500);
    expect(await letThrough(run, 1)).toBe(0);
    remote.be("answers-later");
    expect(await letThrough(run, 1)).toBe(0);
    expect(await registry.balances("user:u")).toMatchObject([{ usd: 10, reservedUsd: 0 }]);
    expect(await registry.ledger.audit()).toMatchObject({ ok: true });
  });

  test("where so much waits for the store that no more can be kept, calls are refused", async () => {
    const { run, remote, registry } = unreliableHouse(
      way,
      { limits: { user: { usd: 1e6 } } },
      "throws",
    );
    const lane = run({ accounts });
    expect(await letThrough(() => lane, 5_001)).toBe(5_000);
    remote.be("answers");
    expect(await letThrough(run, 1)).toBe(1);
    expect(await registry.balances("user:u")).toMatchObject([{ usd: 5_001, modelCalls: 5_001 }]);
  });

  test("5,000 calls one after the other wait for one deadline, and ask once", async () => {
    const { run, timer, remote } = unreliableHouse(
      way,
      { limits: { user: { usd: 1e6 } } },
      "hangs",
    );
    const lane = run({ accounts });
    const calls = letThrough(() => lane, 5_000);
    await timer.pass(5_000);
    expect(await calls).toBe(5_000);
    expect(timer.set()).toBe(2); // the account and the reservation, asked for by the first call
    expect(remote.asked()).toBe(2);
  });

  test("2,000 calls at once wait for one deadline", async () => {
    const { run, timer } = unreliableHouse(way, { limits: { user: { usd: 1e6 } } }, "hangs");
    const lane = run({ accounts });
    const calls = Promise.all(
      Array.from({ length: 2_000 }, async () => (await spend(lane, 1)).verdict),
    );
    await timer.pass(5_000);
    expect(new Set(await calls)).toEqual(new Set(["allow"]));
  });
});
