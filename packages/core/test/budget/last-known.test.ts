import { expect, test } from "vitest";
import { LastKnown } from "../../src/budget/last-known.ts";
import { manualClock } from "../support/clock.ts";

test("a process remembers the 100,000 values that it has seen last", () => {
  const known = new LastKnown(manualClock());
  for (let index = 0; index < 100_000; index += 1) known.see(`k:${index}`, "x");
  expect(known.list("k:")).toHaveLength(100_000);
  known.see("k:0", "seen again");
  known.see("k:new", "x");
  expect(known.list("k:")).toHaveLength(100_000);
  expect(["k:0", "k:1", "k:2", "k:new"].map((key) => known.get(key)?.value)).toEqual([
    "seen again",
    undefined,
    "x",
    "x",
  ]);
});
