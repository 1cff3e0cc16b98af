import { expect, test } from "vitest";
import { createBreaker } from "../src/breaker/breaker.ts";
import { SnapshotError } from "../src/vocabulary/errors.ts";
import { isLater, withMoneyOf } from "../src/run/snapshot-merge.ts";
import { answered, spend } from "./support/accounts.ts";

/** Two branches of one run: one has made more calls, the other has spent more. */
async function branches() {
  const run = createBreaker({ budget: { usd: 9 } });
  await spend(run.agent(), 1);
  const fork = createBreaker({ restore: run.snapshot() });
  await spend(run.agent(), 4);
  await spend(fork.agent(), 0.5);
  await spend(fork.agent(), 0.5);
  return { dear: run.snapshot(), long: fork.snapshot() };
}

test("the branch with more calls is the later one", async () => {
  const { dear, long } = await branches();
  expect([isLater(long, dear), isLater(dear, long), isLater(dear, dear)]).toEqual([
    true,
    false,
    false,
  ]);
});

test("a checkpoint takes evidence back, and leaves the money", async () => {
  const { dear, long } = await branches();
  const back = createBreaker({ restore: withMoneyOf(dear, long), budget: { usd: 5 } });
  expect(back.spending).toMatchObject({ modelCalls: 3, usd: 5 });
  const [decision] = await back.agent().admit([{ kind: "model" }]);
  expect(decision.verdict).toBe("open");
});

test("a call in flight settles in the account that holds for it", async () => {
  const run = createBreaker();
  const [{ token }] = await run.agent().admit([{ kind: "model", estimate: { usd: 1 } }]);
  const goesOn = createBreaker({ restore: withMoneyOf(run.snapshot(), run.snapshot()) });
  await goesOn.agent().settle(token, answered(0.25));
  expect(goesOn.spending.usd).toBe(0.25);
});

test("damaged snapshots are refused", () => {
  const whole = createBreaker().snapshot();
  const damaged = { version: 2, state: {} } as const;
  expect(() => isLater(whole, damaged)).toThrow(SnapshotError);
  expect(() => withMoneyOf(whole, damaged)).toThrow(SnapshotError);
});
