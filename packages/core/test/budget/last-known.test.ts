import { expect, test } from "vitest";
import { LastKnown } from "../../src/budget/last-known.ts";
import { manualClock } from "../support/clock.ts";

test("a process remembers the 100,000 balances, and as many open calls, that it has seen last", () => {
  const known = new LastKnown(manualClock());
  for (const kind of ["account", "reservation"]) {
    for (let index = 0; index < 100_000; index += 1) known.see(`${kind}:${index}`, "x");
  }
  expect(known.list("")).toHaveLength(200_000);
  known.see("account:0", "seen again");
  known.see("account:new", "x");
  const values = ["0", "1", "2", "new"].map((name) => known.get(`account:${name}`)?.value);
  expect(values).toEqual(["seen again", undefined, "x", "x"]);
  expect(known.list("account:")).toHaveLength(100_000);
  expect(known.list("reservation:")).toHaveLength(100_000);
});
