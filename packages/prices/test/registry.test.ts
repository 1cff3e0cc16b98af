import { createRegistry } from "@guard/core";
import { expect, test } from "vitest";
import { modelPrices } from "../src/index.ts";
import { at } from "./support/known-models.ts";

// 1 000 tokens at 1.25 USD per million and 100 at 10: 0.00225 USD an answer
const call = { kind: "model", model: "gpt-5", provider: "openai.responses" } as const;
const answer = {
  status: "success",
  usage: { inputTokens: 1_000, outputTokens: 100, model: "gpt-5-2025-08-07" },
} as const;

function answersWithin(usd: number): number {
  const registry = createRegistry({
    ...modelPrices(),
    budget: { usd },
    ports: { clock: () => at },
  });
  const lane = registry.breaker({ name: "run" }).agent();
  for (let answers = 0; answers < 100; answers += 1) {
    const [decision] = lane.admitSync([{ ...call, prompt: `question ${answers}` }]);
    if (decision.verdict === "block" || decision.verdict === "open") return answers;
    lane.settleSync(decision.token, answer);
  }
  return 100;
}

test.each([
  [0.01, 5],
  [0.1, 45],
])("of %d USD a run can pay %d answers", (usd, answers) => {
  expect(answersWithin(usd)).toBe(answers);
});

test.each([
  ["gpt-5-nano", { from: "price", inputUsdPerMillion: 0.05, outputUsdPerMillion: 0.4 }],
  ["made-up-1", { from: "ceiling", inputUsdPerMillion: 15, outputUsdPerMillion: 120 }],
])("the error of a spent budget names the price of %s", (model, price) => {
  const registry = createRegistry({
    ...modelPrices(),
    budget: { usd: 0.00001 },
    ports: { clock: () => at },
  });
  const breaker = registry.breaker();
  const lane = breaker.agent();
  const [{ token }] = lane.admitSync([{ ...call, model }]);
  lane.settleSync(token, { status: "success", usage: { inputTokens: 1_000, outputTokens: 100 } });
  lane.admitSync([{ ...call, model }]);
  expect(breaker.trip?.finding.price).toEqual({ model, ...price });
});
