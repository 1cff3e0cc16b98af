// Reservations by themselves: reserve, then settle or release, each by an id and each at most once.
import { describe, expect, test } from "vitest";
import type { Balance } from "../../src/budget/balance.ts";
import { balancesIn, release, reserve, bookCost } from "../../src/budget/shared-accounts.ts";
import type { CallEstimate } from "../../src/budget/call-estimate.ts";
import type { AccountLimit } from "../../src/budget/account-limit.ts";
import { memoryStore } from "../../src/store/memory-store.ts";
import { manualClock } from "../support/clock.ts";

const accountLimit: AccountLimit = {
  account: "user:u",
  window: { per: undefined, timeZone: "UTC" },
  budget: { usd: 1 },
};
const cents = (usd: number) => ({ tokens: 0, nanoUsd: usd * 1e9 });
const estimate = (usd: number, certain = 0): CallEstimate => ({
  modelCalls: 1,
  toolCalls: 0,
  delegations: 0,
  certain: cents(certain),
  likely: cents(usd),
});

const usdOf = (amounts: readonly { readonly nanoUsd: number }[]) =>
  amounts.reduce((total, { nanoUsd }) => total + nanoUsd, 0) / 1e9;

function bank() {
  const clock = manualClock(600_000);
  const store = memoryStore({ clock });
  const balance = () => {
    const found = balancesIn(store, ["user:u life"]) as ReadonlyMap<string, Balance>;
    const { used = {}, held = {} } = found.get("user:u life") ?? {};
    return {
      spent: usdOf(Object.values(used)),
      reserved: usdOf(Object.values(held)),
      calls: used["0"]?.modelCalls ?? 0,
    };
  };
  return {
    clock,
    store,
    balance,
    reserve: (id: string, usd: number, certain?: number) =>
      reserve(store, {
        id,
        limits: [accountLimit],
        estimate: estimate(usd, certain),
        extra: () => ({}),
        now: clock(),
        ttlMs: 600_000,
      }) as Exclude<ReturnType<typeof reserve>, Promise<unknown>>,
    settle: (id: string, usd: number) =>
      void bookCost(store, id, cents(usd), [accountLimit], clock()),
    release: (id: string) => void release(store, id, [accountLimit], clock()),
  };
}

describe("one id", () => {
  test("reserves once, however often the write is tried again", () => {
    const { reserve: hold, balance } = bank();
    for (let attempt = 0; attempt < 3; attempt += 1) hold("a", 0.6);
    expect(balance()).toEqual({ spent: 0, reserved: 0.6, calls: 1 });
  });

  test("settles once", () => {
    const { reserve: hold, settle: pay, balance } = bank();
    hold("a", 0.6);
    for (let attempt = 0; attempt < 3; attempt += 1) pay("a", 0.2);
    expect(balance()).toEqual({ spent: 0.2, reserved: 0, calls: 1 });
  });

  test("is released once, and leaves no trace", () => {
    const { reserve: hold, release: free, balance } = bank();
    hold("a", 0.6);
    for (let attempt = 0; attempt < 3; attempt += 1) free("a");
    expect(balance()).toEqual({ spent: 0, reserved: 0, calls: 0 });
  });

  test("without a reservation changes nothing", () => {
    const { settle: pay, release: free, balance } = bank();
    pay("a", 1);
    free("a");
    expect(balance()).toEqual({ spent: 0, reserved: 0, calls: 0 });
  });

  test.for(["settle", "release"] as const)(
    "a release after a settlement, or the other way (%s first)",
    (first) => {
      const { reserve: hold, balance, ...ends } = bank();
      hold("a", 0.6);
      const end = { settle: () => ends.settle("a", 0.2), release: () => ends.release("a") };
      end[first]();
      const after = balance();
      end.settle();
      end.release();
      expect(balance()).toEqual(after);
    },
  );
});

describe("refused", () => {
  test.for([
    // reserved by others, asked, at least, refused, for others only
    ["nothing else is held, and the answer might be dear", 0, 5, 0.4, false, false],
    ["nothing else is held, and the request alone passes the limit", 0, 5, 1.1, true, false],
    ["others hold what is missing", 0.5, 0.6, 0.1, true, true],
    ["others hold much, and it just fits", 0.5, 0.5, 0.1, false, false],
  ] as const)("%s", ([, others, likely, certain, refused, contention]) => {
    const { reserve: hold } = bank();
    if (others > 0) hold("other", others);
    const { limitHit } = hold("a", likely, certain);
    expect(limitHit !== undefined).toBe(refused);
    expect(limitHit?.contention ?? false).toBe(contention);
  });

  test("if one of several accounts refuses, none holds anything", () => {
    const { store, clock } = bank();
    const narrow: AccountLimit = {
      ...accountLimit,
      account: "organisation:o",
      budget: { usd: 0.1 },
    };
    void reserve(store, {
      id: "a",
      limits: [accountLimit, narrow],
      estimate: estimate(0.5, 0.5),
      extra: () => ({}),
      now: clock(),
      ttlMs: 600_000,
    });
    expect(store.list("")).toEqual([]);
  });
});

describe("a reservation that is never settled", () => {
  test("counts as spent after it has expired: then it is no contention", () => {
    const { reserve: hold, clock } = bank();
    hold("lost", 0.9);
    expect(hold("a", 0.2, 0.2).limitHit).toMatchObject({ contention: true });
    clock.advance(660_000);
    expect(hold("b", 0.2, 0.2).limitHit).toMatchObject({ contention: false, used: 0.9 });
  });

  test("settles at any later time, for its real cost", () => {
    const { reserve: hold, settle: pay, balance, clock } = bank();
    hold("late", 0.9);
    clock.advance(86_400_000);
    pay("late", 0.1);
    expect(balance()).toEqual({ spent: 0.1, reserved: 0, calls: 1 });
    expect(hold("a", 0.5, 0.5).limitHit).toBe(undefined);
  });
});
