import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { memoryLedger } from "../../src/ledger/memory-ledger.ts";
import { sumEntries, type Sum } from "../../src/ledger/sum-entries.ts";
import { postingsOf } from "../../src/budget/postings.ts";
import type { LedgerEntry } from "../../src/ports/ledger.ts";
import type { Posting } from "../../src/vocabulary/posting.ts";

const dayMs = 24 * 3_600_000;

const posting = (account: string, change: Partial<Posting> = {}): Posting => ({
  account,
  window: "life",
  slot: "0",
  expires: "0",
  modelCalls: 1,
  toolCalls: 0,
  tokens: 10,
  nanoUsd: 7,
  heldTokens: 0,
  heldNanoUsd: 0,
  ...change,
});

const entry = (at: number, postings: readonly Posting[], run = "r"): LedgerEntry => ({
  type: "settlement",
  run,
  at,
  call: "c",
  status: "success",
  postings,
});

/** The figures of each balance that is not nothing. */
const figures = (sums: ReadonlyMap<string, Sum>) =>
  Object.fromEntries(
    [...sums].flatMap(([name, { account, window, balance }]) => {
      const postings = postingsOf(account, window, balance).filter(
        ({ modelCalls, tokens, heldTokens }) =>
          modelCalls !== 0 || tokens !== 0 || heldTokens !== 0,
      );
      return postings.length === 0 ? [] : [[name, new Set(postings)]];
    }),
  );

describe("entries that leave", () => {
  test("add up with those that stay to what all of them add up to, to the last one", () => {
    const amount = fc.integer({ min: -3, max: 3 });
    const postings = fc.array(
      fc
        .record({ account: fc.constantFrom("run:r", "user:a", "user:b"), amount, held: amount })
        .map(({ account, amount: tokens, held }) =>
          posting(account, {
            modelCalls: tokens,
            tokens,
            nanoUsd: tokens,
            heldTokens: held,
            heldNanoUsd: held,
          }),
        ),
      { maxLength: 3 },
    );
    const isRestored = fc.integer({ max: 9, min: 0 }).map((chance) => chance === 0);
    const written = fc.array(fc.tuple(postings, isRestored), { maxLength: 60 });
    fc.assert(
      fc.property(written, fc.integer({ min: 1, max: 20 }), (drafts, maxEntries) => {
        const all = drafts.map(([own, restores], at): LedgerEntry => {
          const plain = entry(at, own);
          return restores ? { type: "restored", run: "r", at, postings: own } : plain;
        });
        const ledger = memoryLedger({ maxEntries });
        for (const one of all) ledger.append([one]);
        const kept = ledger.read({});
        expect(kept.length).toBeLessThanOrEqual(1 + maxEntries + Math.ceil(maxEntries / 8));
        expect(figures(sumEntries(kept))).toEqual(figures(sumEntries(all)));
      }),
      { numRuns: 200 },
    );
  });

  test.for<[string, (step: number) => readonly Posting[], number]>([
    [
      "of runs that are closed",
      (step) => [
        posting(`run:${step}`),
        posting(`run:${step}`, { modelCalls: -1, tokens: -10, nanoUsd: -7 }),
      ],
      0,
    ],
    ["of one account", () => [posting("user:a")], 1],
    [
      "of a window that rolls: two lengths of it",
      (step) => [posting("user:a", { window: "rolling-hour", slot: `${step * 60}` })],
      3,
    ],
    [
      "of windows that have been over for 64 days",
      (step) => [posting("user:a", { window: `hour 2026-01-01-00 ${step} UTC` })],
      2 * 64 * 24,
    ],
  ])("leave little behind %s", ([, postingsAt, most]) => {
    const ledger = memoryLedger({ maxEntries: 8 });
    for (let step = 0; step < 10_000; step += 1) {
      ledger.append([entry(step * (dayMs / 24), postingsAt(step))]);
    }
    const [carried] = ledger.read({ type: "carried-forward" });
    expect(carried!.postings.length).toBeLessThanOrEqual(most);
  });

  test("a query of an account finds its sums, a query of a run does not", () => {
    const ledger = memoryLedger({ maxEntries: 1 });
    for (let at = 0; at < 9; at += 1) ledger.append([entry(at, [posting("a"), posting("b")])]);
    const accountsIn = (query: Parameters<typeof ledger.read>[0]) =>
      ledger.read(query).map(({ type, postings }) => [type, postings.map((one) => one.account)]);
    expect(accountsIn({ account: "a" })[0]).toEqual(["carried-forward", ["a"]]);
    expect(accountsIn({ account: "c" })).toEqual([]);
    expect(accountsIn({ run: "r" }).map(([type]) => type)).not.toContain("carried-forward");
    expect(accountsIn({ until: 3 })).toEqual([]);
  });

  test("may be very many at once", () => {
    const ledger = memoryLedger({ maxEntries: 100 });
    ledger.append(Array.from({ length: 300_000 }, (_, at) => entry(at, [posting("a")])));
    const [carried, ...kept] = ledger.read({});
    expect(kept).toHaveLength(100);
    expect(carried!.postings).toMatchObject([{ account: "a", modelCalls: 299_900 }]);
  });
});
