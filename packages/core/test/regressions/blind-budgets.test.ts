// Budgets of tokens and money that saw nothing: a call that told neither its prompt nor its usage held and cost
// 0, and `price` was never asked.
import { describe, expect, test } from "vitest";
import type { BreakerOptions } from "../../src/breaker/breaker-options.ts";
import type { ModelCall, Outcome } from "../../src/vocabulary/call.ts";
import { fixture } from "../support/breakers.ts";

const blind: ModelCall = { kind: "model", model: "m" };
const success: Outcome = { status: "success" };

describe("a call that tells neither prompt nor usage costs the ceiling of its answer", () => {
  test.for<readonly [string, BreakerOptions, ModelCall, { tokens: number; usd: number }]>([
    ["tokens", { budget: { tokens: 1e6 } }, blind, { tokens: 4_096, usd: 0 }],
    [
      "an answer that is limited",
      { budget: { tokens: 1e6 } },
      { ...blind, maxOutputTokens: 100 },
      { tokens: 100, usd: 0 },
    ],
    [
      "an answer that may be long",
      { budget: { tokens: 1e6 } },
      { ...blind, maxOutputTokens: 1e5 },
      { tokens: 4_096, usd: 0 },
    ],
    [
      "money, by the ceiling price",
      { budget: { usd: 100 } },
      blind,
      { tokens: 4_096, usd: (4_096 * 120) / 1e6 },
    ],
    [
      "money, by a price for a call",
      { budget: { usd: 100 }, price: () => 1 },
      blind,
      { tokens: 4_096, usd: 1 },
    ],
    [
      "money, by a price for tokens",
      { budget: { usd: 100 }, price: ({ outputTokens }) => outputTokens / 1_000 },
      blind,
      { tokens: 4_096, usd: 4.096 },
    ],
    [
      "nothing, where what is not known is 0",
      { budget: { usd: 100 }, pricing: { missingUsage: "zero" } },
      blind,
      { tokens: 0, usd: 0 },
    ],
    ["nothing, where no budget asks for it", { price: () => 1 }, blind, { tokens: 0, usd: 0 }],
  ])("%s", ([, options, call, spending]) => {
    const { lane, breaker } = fixture(options);
    const [{ token }] = lane.admitSync([call]);
    lane.settleSync(token, success);
    expect(breaker.spending).toMatchObject(spending);
  });
});

test("what is held for it is held: a second call at once waits", () => {
  const { lane, breaker } = fixture({ budget: { tokens: 5_000 } });
  lane.admitSync([blind]);
  const [decision] = breaker.agent("b").admitSync([blind]);
  expect(decision).toMatchObject({ verdict: "block", retryAfterMs: 1_000 });
});

test.for<readonly [string, BreakerOptions, number]>([
  ["three USD at one USD a call", { budget: { usd: 3 }, price: () => 1 }, 3],
  ["10,000 tokens", { budget: { tokens: 10_000 } }, 3],
  ["one USD at the ceiling price", { budget: { usd: 1 } }, 3],
])("a budget of %s stops a loop without any usage", async ([, options, calls]) => {
  const { lane, told } = fixture(options);
  let made = 0;
  const loop = async () => {
    for (;;) await lane.run(blind, () => (made += 1));
  };
  await expect(loop()).rejects.toMatchObject({ code: "GUARD_BUDGET_EXCEEDED" });
  expect(made).toBe(calls);
  expect(told().filter((name) => name === "missing-usage")).toHaveLength(calls);
});
