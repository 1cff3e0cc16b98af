import { describe, expect, test } from "vitest";
import { combinations, type Combination } from "../src/combination.ts";
import { fewFor } from "../src/few.ts";
import { pairsOf, pairwise } from "../src/pairwise.ts";

const allPairs = (rows: readonly object[]) => new Set(rows.flatMap(pairsOf));

describe("pairwise", () => {
  test("covers every pair of values, in a tenth of the rows", () => {
    const few = pairwise(combinations);
    expect(allPairs(few)).toEqual(allPairs(combinations));
    expect(few.length).toBeLessThan(combinations.length / 8);
  });

  test("chooses rows that are there, each once", () => {
    const few = pairwise(combinations);
    expect(new Set(few).size).toBe(few.length);
    expect(few.every((row) => combinations.includes(row))).toBe(true);
  });

  test("needs nothing that is covered already", () => {
    expect(pairwise(combinations, combinations)).toEqual([]);
  });
});

const missing = ({ exit, way }: Combination) =>
  exit === "route" || way === "batch" ? "not there" : undefined;

test("a framework's few cover all pairs, and with rows that it has all that it can have", () => {
  const few = fewFor({ missing, play: async () => [] });
  const there = combinations.filter((one) => missing(one) === undefined);
  expect(allPairs(few)).toEqual(allPairs(combinations));
  expect(allPairs(few.filter((one) => missing(one) === undefined))).toEqual(allPairs(there));
});
