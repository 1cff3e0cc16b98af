// A run has ended, and something that it began goes on in the background.
import { expect, test } from "vitest";
import { insideOf } from "../../src/breaker/breaker.ts";
import { answered, ask, house, spend } from "../support/accounts.ts";
import { listen } from "../support/breakers.ts";

test("work in the background after a good end goes on under the same budget, and the audit is ok", async () => {
  const { registry } = house({ budget: { usd: 1 }, limits: { agents: { agent: { usd: 5 } } } });
  const breaker = registry.breaker();
  const lane = breaker.agent();
  const audit = async () => (await registry.ledger.audit()).differences;
  await spend(lane, 0.5);
  const [open] = await lane.admit([ask(0.2)]);
  insideOf(breaker).finish();
  expect(await audit()).toEqual([]);
  await lane.settle(open.token, answered(0.3));
  expect(await audit()).toEqual([]);
  expect((await spend(lane, 0.2)).verdict).toBe("allow");
  expect((await spend(lane, 1)).verdict, "0.50 + 0.30 + 0.20 USD are spent").toBe("open");
  insideOf(breaker).finish();
  expect(await audit()).toEqual([]);
  breaker.endRun();
  expect(await audit()).toEqual([]);
  expect(breaker.spending.usd).toBe(0);
});

test("an ended run keeps its latch, and emits run-ended", async () => {
  const { registry } = house({ budget: { modelCalls: 1 } });
  const breaker = registry.breaker();
  const events = listen(breaker);
  await spend(breaker.agent(), 0.1);
  await spend(breaker.agent(), 0.1);
  insideOf(breaker).finish();
  expect(events.map(({ type }) => type)).toEqual(["transition", "trip", "run-ended"]);
  expect(breaker.agent().check().verdict).toBe("open");
  const [, , , , ended] = await registry.ledger.entries({ run: breaker.id });
  expect(ended).toMatchObject({
    type: "run-ended",
    postings: [{ account: `run:${breaker.id}`, modelCalls: -1, nanoUsd: -100_000_000 }],
  });
});

test("guard judges late results with what the ended run knows", async () => {
  const { registry } = house();
  const breaker = registry.breaker();
  const [decision] = await breaker.agent().admit([ask()]);
  insideOf(breaker).finish();
  expect(await breaker.agent().settle(decision.token, answered(0.1))).toEqual({ applied: true });
});
