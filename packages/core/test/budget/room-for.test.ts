// What a store that posts is told of limits: the same that guard has found when it looked.
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { balanceName, type AccountLimit } from "../../src/budget/account-limit.ts";
import { heldAt } from "../../src/budget/balance.ts";
import { balanceOfFigures } from "../../src/budget/balance-figures.ts";
import type { CallEstimate } from "../../src/budget/call-estimate.ts";
import { findLimitHit } from "../../src/budget/limit-hit.ts";
import { bookCost, reserve } from "../../src/budget/shared-accounts.ts";
import { pers } from "../../src/budget/window.ts";
import type { StorePosting } from "../../src/ports/store.ts";
import { readFigures } from "../../src/store/figures.ts";
import { memoryStore } from "../../src/store/memory-store.ts";
import { manualClock } from "../support/clock.ts";

interface Call {
  readonly kind: "model" | "tool";
  readonly certain: number;
  readonly answer: number;
  readonly cost: number;
  readonly end: "settles" | "stays";
  readonly passedMs: number;
}

const nano = fc.integer({ min: 0, max: 40 });
const call: fc.Arbitrary<Call> = fc.record({
  kind: fc.constantFrom("model", "tool"),
  certain: nano,
  answer: nano,
  cost: nano,
  end: fc.constantFrom("settles", "stays"),
  passedMs: fc.constantFrom(0, 1, 70_000, 3_600_000),
});
const limit: fc.Arbitrary<AccountLimit> = fc.record({
  account: fc.constant("user:u"),
  window: fc.record({
    per: fc.constantFrom(undefined, ...pers),
    timeZone: fc.constant("UTC"),
  }),
  budget: fc.record(
    {
      usd: fc.constantFrom(0, 0.000_000_05, 0.000_000_1),
      tokens: fc.integer({ min: 0, max: 100 }),
      modelCalls: fc.constantFrom(0, 1, 2.5, 4),
      toolCalls: fc.integer({ min: 0, max: 4 }),
      alertAt: fc.constantFrom(0, 0.5, 0.9),
    },
    { requiredKeys: [] },
  ),
});

const amounts = (figure: number) => ({ tokens: figure, nanoUsd: figure });
const estimateOf = ({ kind, certain, answer }: Call): CallEstimate => ({
  modelCalls: Number(kind === "model"),
  toolCalls: Number(kind === "tool"),
  delegations: 0,
  certain: amounts(certain),
  likely: amounts(certain + answer),
});

const free: Call = {
  kind: "model",
  certain: 0,
  answer: 0,
  cost: 0,
  end: "settles",
  passedMs: 0,
};

/** An account after some calls, each of them let through or not. */
function accountAfter(limits: readonly AccountLimit[], calls: readonly Call[]) {
  const clock = manualClock(Date.UTC(2026, 10, 29));
  const store = memoryStore({ clock });
  let refused = 0;
  const posting = {
    ...store,
    post: (postings: readonly StorePosting[]) => {
      const figures = store.post(postings);
      if (figures === undefined) refused += 1;
      return figures;
    },
  };
  const hold = (id: string, asked: Call, over: typeof posting = posting) =>
    reserve(over, {
      id,
      limits,
      estimate: estimateOf(asked),
      extra: () => ({}),
      now: clock(),
      ttlMs: 60_000,
    }) as Exclude<ReturnType<typeof reserve>, Promise<unknown>>;
  for (const [index, asked] of calls.entries()) {
    hold(`${index}`, asked);
    clock.advance(asked.passedMs);
    if (asked.end === "settles") {
      void bookCost(posting, `${index}`, amounts(asked.cost), limits, clock());
    }
  }
  return { store, posting, hold, clock, refused: () => refused };
}

test("with no other process about, a store refuses nothing that guard lets through", () => {
  fc.assert(
    fc.property(
      fc.array(limit, { minLength: 1, maxLength: 3 }),
      fc.array(call),
      (limits, calls) => {
        expect(accountAfter(limits, calls).refused()).toBe(0);
      },
    ),
    { numRuns: 500 },
  );
});

test("what was let through before others were is refused by the store wherever guard would refuse it now", () => {
  let refusals = 0;
  fc.assert(
    fc.property(
      limit,
      fc.array(call),
      fc.array(call, { maxLength: 3 }),
      call,
      (one, calls, others, asked) => {
        const { store, posting, hold, clock, refused } = accountAfter([one], calls);
        hold("begins the window", free);
        void bookCost(store, "begins the window", amounts(0), [one], clock());
        const balance = () => {
          const key = `account:${balanceName(one, clock())}`;
          return balanceOfFigures(readFigures(store.get(key)?.value));
        };
        const before = balance();
        // Others are let through between what this process reads and what it writes.
        let isFirst = true;
        let hit: ReturnType<typeof findLimitHit>;
        const raced = {
          ...posting,
          post: (postings: readonly StorePosting[]) => {
            if (isFirst) {
              isFirst = false;
              for (const [index, other] of others.entries()) {
                hold(`other ${index}`, other);
                if (other.end === "settles") {
                  void bookCost(store, `other ${index}`, amounts(other.cost), [one], clock());
                }
              }
              hit = findLimitHit(one, balance(), estimateOf(asked), {}, clock());
              // What is overdue may have been settled, and as much have been held.
              const isFreed = heldAt(before, clock()).overdue.nanoUsd > 0;
              if (hit?.contention === true && isFreed) hit = undefined;
              const figures = posting.post(postings);
              if (hit !== undefined) expect(figures).toBe(undefined);
              return figures;
            }
            return posting.post(postings);
          },
        };
        const result = hold("asked", asked, raced);
        if (hit !== undefined) {
          refusals += 1;
          expect(result.limitHit).toMatchObject({ ceiling: hit.ceiling });
        }
        expect(refused()).toBeLessThanOrEqual(1);
      },
    ),
    { numRuns: 2_000 },
  );
  expect(refusals).toBeGreaterThan(20);
});

test.for([
  // what a call costs at least, what others have spent of 50, whether the store has room
  [0, 49, true],
  [0, 50, false],
  [1, 49, true],
  [1, 50, false],
] as const)(
  "of 50, a call of %d beside %d that others spend meanwhile: room is %s",
  ([certain, spent, isRoom]) => {
    const one: AccountLimit = {
      account: "user:u",
      window: { per: undefined, timeZone: "UTC" },
      budget: { usd: 0.000_000_05 },
    };
    const { store, posting, hold, clock } = accountAfter([one], [free]);
    let answer: unknown;
    const raced = {
      ...posting,
      post: (postings: readonly StorePosting[]) => {
        if (answer !== undefined) return posting.post(postings);
        hold("other", free);
        void bookCost(store, "other", amounts(spent), [one], clock());
        const figures = posting.post(postings);
        answer = figures !== undefined;
        return figures;
      },
    };
    hold("asked", { ...free, certain }, raced);
    expect(answer).toBe(isRoom);
  },
);
