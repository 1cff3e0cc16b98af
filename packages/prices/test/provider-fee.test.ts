import { describe, expect, test } from "vitest";
import { createBreaker, type ToolRuns } from "@guard/core";
import { modelPrices } from "../src/index.ts";
import { knownModels } from "./support/known-models.ts";
import { usage } from "./support/usage.ts";

const { price } = modelPrices();

/** The price of a call with tools, minus the price of the same call without tools. */
const feeOf = (runs: ToolRuns, provider: string, model: string, given = {}): number => {
  const call = { provider, model, ...given };
  return (price(usage({ ...call, providerTools: runs })) ?? NaN) - (price(usage(call)) ?? NaN);
};

/** The spending of a run after one answer of a model with an unknown price. */
async function spentUnpriced(providerTools: ToolRuns): Promise<number> {
  const breaker = createBreaker({ price: () => undefined });
  const used = { inputTokens: 9, outputTokens: 1, providerTools };
  await breaker.agent().run({ kind: "model" }, () => "It is 8080.", { usage: () => used });
  return breaker.spending.usd;
}

describe("tools that a provider runs cost the provider's fee", () => {
  test.for<[runs: ToolRuns, provider: string, model: string, usd: number]>([
    [{ web_search: 3 }, "openai.responses", "gpt-5-mini", 0.03],
    [{ file_search: 2 }, "openai.responses", "gpt-5-mini", 0.005],
    [{ code_execution: 1 }, "openai.responses", "gpt-5-mini", 0.03],
    [{ code_execution: 9 }, "openai.responses", "gpt-5-mini", 0.03],
    [{ web_search: 3 }, "anthropic.messages", "claude-haiku-4-5", 0.03],
    [{ web_search: 3 }, "vertex.anthropic.messages", "claude-sonnet-4-5@20250929", 0.03],
    [{ code_execution: 2 }, "anthropic.messages", "claude-haiku-4-5", 0.05 / 12],
    [{ web_search: 3 }, "google.generative-ai", "gemini-2.5-flash", 0.035],
    [{ web_search: 3 }, "google.generative-ai", "gemini-3.5-flash", 0.042],
    [{ code_execution: 3 }, "google.generative-ai", "gemini-3.5-flash", 0],
    [{ web_search: 3 }, "moonshotai.chat", "kimi-k3", 0.015],
    [{ web_search: 3 }, "azure-openai.responses", "gpt-5-mini", 0.03],
    [{ web_search: 3 }, "openai.responses", "ft:gpt-4o-mini-2024-07-18:acme::abc123", 0.03],
    [{ web_search: 3 }, "openai.responses", "o3", 0.03],
    [{}, "openai.responses", "gpt-5-mini", 0],
  ])("%j of %s, %s", ([runs, provider, model, usd]) => {
    expect(feeOf(runs, provider, model)).toBeCloseTo(usd, 12);
  });

  test.for<[runs: ToolRuns, provider: string, model: string, usd: number]>([
    [{ web_search: 3 }, "mistral.chat", "mistral-medium-latest", 0.105],
    [{ web_search: 1 }, "groq.chat", "openai/gpt-oss-120b", 0.035],
    [{ file_search: 2 }, "mistral.chat", "mistral-medium-latest", 0.005],
    [{ code_execution: 2 }, "groq.chat", "openai/gpt-oss-120b", 0.06],
  ])("%j of %s, %s: an unknown fee is the highest fee", ([runs, provider, model, usd]) => {
    expect(feeOf(runs, provider, model)).toBeCloseTo(usd, 12);
  });

  test("no known fee is higher than the fee of an unknown provider", () => {
    for (const tool of ["web_search", "file_search", "code_execution"] as const) {
      const unknown = feeOf({ [tool]: 1 }, "groq.chat", "openai/gpt-oss-120b");
      for (const { provider = "", model } of knownModels) {
        expect(feeOf({ [tool]: 1 }, provider, model)).toBeLessThanOrEqual(unknown + 1e-12);
      }
    }
  });

  test("core uses the same fee without any prices", async () => {
    const runs = { web_search: 2, file_search: 3, code_execution: 4 };
    const fee = (await spentUnpriced(runs)) - (await spentUnpriced({}));
    expect(fee).toBeCloseTo(feeOf(runs, "groq.chat", "openai/gpt-oss-120b"), 9);
  });

  test("service tiers do not change the fee", () => {
    const given = { serviceTier: "priority" };
    expect(feeOf({ web_search: 3 }, "openai", "gpt-5-mini", given)).toBeCloseTo(0.03, 12);
  });

  test("the provider's report includes the fee", () => {
    expect(price(usage({ providerTools: { web_search: 3 }, reportedUsd: 0.5 }))).toBe(0.5);
  });

  test("your own table has prices of tokens only", () => {
    const own = modelPrices({ table: { mine: { inputUsdPerMillion: 0, outputUsdPerMillion: 0 } } });
    expect(own.price(usage({ model: "mine", providerTools: { web_search: 3 } }))).toBeCloseTo(
      0.105,
      12,
    );
  });

  test.for([-1, Number.NaN, Infinity])("%d searches have no price", (times) => {
    expect(price(usage({ providerTools: { web_search: times } }))).toBeUndefined();
  });
});
