import { describe, expect, test } from "vitest";
import { toNanoUsd } from "../../src/budget/amounts.ts";
import { onlyWarn, rung, scaled, type Ladder } from "../../src/rules/ladder.ts";

const counts: Ladder = { warn: 2, block: 3, open: 5 };
const off: Ladder = { warn: false, block: false, open: false };
const money: Ladder = {
  warn: { count: 2, usd: 0.1 },
  block: { count: 4, usd: 0.5 },
  open: { count: 8, usd: 1 },
};

type Row = readonly [
  ladder: Ladder,
  loop: { readonly count: number; readonly usd: number },
  refused: number,
  verdict: string | undefined,
  count?: number,
  limit?: number,
];

const rows: readonly Row[] = [
  [counts, { count: 1, usd: 0 }, 0, undefined],
  [counts, { count: 1.5, usd: 9 }, 0, undefined],
  [counts, { count: 2, usd: 0 }, 0, "warn", 2, 2],
  [counts, { count: 3, usd: 0 }, 0, "block", 3, 3],
  [counts, { count: 3, usd: 0 }, 1, "block", 4, 3],
  [counts, { count: 3, usd: 0 }, 2, "open", 5, 5],
  // it never opens without having refused
  [counts, { count: 9, usd: 0 }, 0, "block", 9, 3],
  [counts, { count: 9, usd: 0 }, 2, "open", 11, 5],
  // refused rounds alone are no evidence for a block
  [counts, { count: 1, usd: 0 }, 3, undefined],
  [off, { count: 1e9, usd: 1e6 }, 1e9, undefined],
  [{ ...counts, open: false }, { count: 100, usd: 0 }, 100, "block", 200, 3],
  [{ ...counts, block: false }, { count: 4, usd: 0 }, 0, "warn", 4, 2],
  [{ ...off, open: 3 }, { count: 3, usd: 0 }, 0, "open", 3, 3],
  [onlyWarn(counts), { count: 100, usd: 0 }, 100, "warn", 200, 2],

  [money, { count: 1, usd: 0.09 }, 0, undefined],
  [money, { count: 1, usd: 0.1 }, 0, "warn", 1, 2],
  [money, { count: 2, usd: 0 }, 0, "warn", 2, 2],
  [money, { count: 1, usd: 0.5 }, 0, "block", 1, 4],
  [money, { count: 4, usd: 0 }, 0, "block", 4, 4],
  [money, { count: 1, usd: 1 }, 0, "open", 1, 8],
  [money, { count: 4, usd: 0 }, 4, "open", 8, 8],
  // what has not been repeated is no loop, however much it has cost
  [money, { count: 0, usd: 100 }, 0, undefined],
];

describe("a ladder that refuses later", () => {
  test.for<[shows: string, ladder: Ladder, factor: number, later: Ladder]>([
    [
      "twice as late, and then opens after as many refusals",
      counts,
      2,
      { warn: 2, block: 6, open: 8 },
    ],
    ["as late as before", counts, 1, counts],
    ["where it never blocks nothing changes", off, 2, off],
    ["one that opens at once neither", { ...off, open: 3 }, 2, { ...off, open: 3 }],
    ["one that never opens", { ...counts, open: false }, 4, { warn: 2, block: 12, open: false }],
    [
      "counts, and no money",
      money,
      2,
      { warn: money.warn, block: { count: 8, usd: 0.5 }, open: { count: 12, usd: 1 } },
    ],
  ])("%s", ([, ladder, factor, later]) => {
    expect(scaled(ladder, factor)).toEqual(later);
  });
});

describe("a ladder over a level", () => {
  test.for<[count: number, refused: number, verdict: string | undefined]>([
    [2, 9, "warn"],
    [3, 9, "block"],
    [4, 9, "block"],
    [5, 0, "open"],
  ])("%d with %d refused rounds, which are nothing to it: %s", ([count, refused, verdict]) => {
    const loop = { count, calls: 1, spent: { tokens: 0, nanoUsd: 0 } };
    expect(rung(counts, loop, refused, true)?.verdict).toBe(verdict);
  });
});

describe("a ladder", () => {
  test.for(rows)(
    "%j, %j, %d refused: %s",
    ([ladder, { count, usd }, refused, verdict, at, limit]) => {
      const spent = { tokens: 0, nanoUsd: toNanoUsd(usd) };
      const reached = rung(ladder, { count, calls: count, spent }, refused);
      expect(reached).toEqual(verdict && { verdict, count: at, limit });
    },
  );
});
