// Faults of earlier budgets for agents, as far as they were faults of prices.
import { describe, expect, test } from "vitest";
import { modelPrices } from "../../src/index.ts";
import { usage } from "../support/usage.ts";

const { price } = modelPrices();

describe("an unknown price is not 0", () => {
  test("for an unknown model", () => {
    expect(price(usage({ provider: "openai", model: "gpt-next" }))).toBeUndefined();
  });

  test.each([
    ["cerebras", "qwen-3-coder-480b"],
    ["github-copilot", "gpt-4o"],
    ["google", "gemma-3"],
  ])("for %s %s, which the data has without a price", (provider, model) => {
    expect(price(usage({ provider, model }))).toBeUndefined();
  });

  test("for the answer of a model that has only a price for input", () => {
    const embedding = { provider: "openai", model: "text-embedding-3-small" };
    expect(price(usage(embedding))).toBeUndefined();
    expect(price(usage({ ...embedding, outputTokens: 0 }))).toBeCloseTo(0.000_02, 12);
  });
});

describe("a reported cost of 0 is not a price", () => {
  test.each([0, -1, Number.NaN, Infinity])("reported %d: the price data counts", (reportedUsd) => {
    expect(price(usage({ reportedUsd }))).toBeCloseTo(0.000_45, 12);
  });

  test("if the data has no price either, the price is unknown", () => {
    expect(price(usage({ reportedUsd: 0, model: "gpt-next" }))).toBeUndefined();
  });

  test("0 tokens are no usage", () => {
    expect(price(usage({ inputTokens: 0, outputTokens: 0, reportedUsd: 0 }))).toBeUndefined();
  });
});

describe("free models", () => {
  const model = "qwen/qwen3-coder:free";

  test("OpenRouter's free variants are free, also without an entry in the data", () => {
    expect(price(usage({ provider: "openrouter.chat", model }))).toBe(0);
    expect(price(usage({ provider: "openrouter", model: "someone/brand-new:free" }))).toBe(0);
  });

  test("a model of another provider with such a name is not free", () => {
    expect(price(usage({ provider: "groq", model: "brand-new:free" }))).toBeUndefined();
    expect(price(usage({ provider: "my-proxy", model: "someone/brand-new:free" }))).toBeUndefined();
  });
});

describe("the price of long requests holds for the whole call, and in an estimate", () => {
  test.each([
    // USD for that much input alone
    ["google", "gemini-2.5-pro", 200_000, 0.25],
    ["google", "gemini-2.5-pro", 200_001, 0.500_002_5],
    ["anthropic", "claude-sonnet-4-5", 200_000, 0.6],
    ["anthropic", "claude-sonnet-4-5", 300_000, 1.8],
    ["openai", "gpt-5.5", 271_000, 1.355],
    ["openai", "gpt-5.5", 300_000, 3],
  ])("%s %s with %d tokens", (provider, model, inputTokens, usd) => {
    expect(price(usage({ provider, model, inputTokens, outputTokens: 0 }))).toBeCloseTo(usd, 9);
  });

  test("cached tokens count towards the length", () => {
    const long = { provider: "google", model: "gemini-2.5-pro", inputTokens: 300_000 };
    // 300 000 at 0.25 from the cache; 100 out at 15
    expect(price(usage({ ...long, cachedInputTokens: 300_000 }))).toBeCloseTo(0.0765, 9);
  });
});

describe("service tiers never look cheaper than they are", () => {
  const standard = price(usage({})) ?? Number.NaN;

  test.each(["default", "standard", "auto", "on_demand", "flex", "batch", ""])(
    "%j costs the list price",
    (serviceTier) => {
      expect(price(usage({ serviceTier }))).toBe(standard);
    },
  );

  test("priority costs the highest known surcharge", () => {
    expect(price(usage({ serviceTier: "priority" }))).toBeCloseTo(standard * 2.5, 12);
  });

  test.each(["reserved", "scale", "gold", "constructor", "__proto__"])(
    "of %j no price is known, unless one is reported",
    (serviceTier) => {
      expect(price(usage({ serviceTier }))).toBeUndefined();
      expect(price(usage({ serviceTier, reportedUsd: 0.5 }))).toBe(0.5);
    },
  );

  test("your own factors win", () => {
    const own = modelPrices({ serviceTiers: { flex: 0.5, gold: 3 } }).price;
    expect(own(usage({ serviceTier: "flex" }))).toBeCloseTo(standard / 2, 12);
    expect(own(usage({ serviceTier: "gold" }))).toBeCloseTo(standard * 3, 12);
  });
});
