import { describe, expect, test } from "vitest";
import { toNanoUsd } from "../../src/budget/amounts.ts";
import { onlyWarn, rung, type Ladder } from "../../src/rules/ladder.ts";

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
