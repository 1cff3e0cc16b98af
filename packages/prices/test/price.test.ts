import { describe, expect, test } from "vitest";
import { modelPrices } from "../src/index.ts";
import { usage } from "./support/usage.ts";

const { price } = modelPrices();

describe("which price counts", () => {
  const table = { "gpt-5-mini": { inputUsdPerMillion: 1, outputUsdPerMillion: 10 } };
  const own = modelPrices({ table }).price;

  test("your own table comes first", () => {
    expect(own(usage({ reportedUsd: 5 }))).toBeCloseTo(0.002, 12);
  });

  test("then the report of the provider", () => {
    expect(price(usage({ reportedUsd: 5 }))).toBe(5);
    expect(price(usage({ reportedUsd: 5, model: "unknown-model" }))).toBe(5);
  });

  test("then the data: 1 000 tokens at 0.25 and 100 at 2 USD per million", () => {
    expect(price(usage({}))).toBeCloseTo(0.000_45, 12);
  });

  test.each(["unknown-model", "", " ", undefined, "gpt-5-foo", "claude-opus-99"])(
    "otherwise %j has no price",
    (model) => {
      expect(price(usage({ model }))).toBeUndefined();
    },
  );
});

describe("your own table", () => {
  const cheap = { inputUsdPerMillion: 1, outputUsdPerMillion: 0 };
  const dear = { inputUsdPerMillion: 2, outputUsdPerMillion: 0 };

  test.each([
    ["my-model", "my-model", "custom"],
    ["My-Model", "my-model", undefined],
    ["my-model", "my-model-2026-01-31", "custom"],
    ["custom/my-model", "my-model", "custom"],
    ["custom.chat/my-model", "my-model", "custom.chat"],
    ["openai/gpt-5", "gpt-5-2025-08-07", "openai.responses"],
    ["anthropic/claude-sonnet-4.5", "anthropic/claude-sonnet-4.5", "gateway"],
    ["claude-sonnet-4.5", "anthropic/claude-sonnet-4.5", "openrouter"],
    ["xai/grok-4", "grok-4", "xai.chat"],
  ])("the key %s prices the model %s of %s", (key, model, provider) => {
    const own = modelPrices({ table: { [key]: cheap } }).price;
    expect(own(usage({ model, provider }))).toBeCloseTo(0.001, 12);
  });

  test("a key with a provider wins over one without", () => {
    const own = modelPrices({ table: { "gpt-5": cheap, "openai/gpt-5": dear } }).price;
    expect(own(usage({ model: "gpt-5", provider: "openai.chat" }))).toBeCloseTo(0.002, 12);
    expect(own(usage({ model: "gpt-5", provider: "custom" }))).toBeCloseTo(0.001, 12);
  });

  test("a key holds for no other model", () => {
    const own = modelPrices({ table: { "my-model": cheap } }).price;
    expect(own(usage({ model: "my-model-mini" }))).toBeUndefined();
  });

  test("the cache has the price of the table, or the price of other input", () => {
    const cached = { ...cheap, cachedInputUsdPerMillion: 0.1, cacheWriteUsdPerMillion: 1.25 };
    const used = usage({ model: "m", cachedInputTokens: 400, cacheWriteTokens: 200 });
    expect(modelPrices({ table: { m: cheap } }).price(used)).toBeCloseTo(0.001, 12);
    // 400 at 1 USD, 400 at 0.1, 200 at 1.25
    expect(modelPrices({ table: { m: cached } }).price(used)).toBeCloseTo(0.000_69, 12);
  });

  test("a model may be free if you say so", () => {
    const free = { inputUsdPerMillion: 0, outputUsdPerMillion: 0 };
    const own = modelPrices({ table: { "ollama/llama3.3": free } }).price;
    expect(own(usage({ model: "llama3.3", provider: "ollama" }))).toBe(0);
    expect(own(usage({ model: "gpt-oss:20b", provider: "ollama" }))).toBeUndefined();
  });
});

describe("caches", () => {
  // claude-haiku-4-5: 1 in, 0.1 from the cache, 1.25 into it, 5 out
  const haiku = { provider: "anthropic.messages", model: "claude-haiku-4-5", outputTokens: 0 };

  test("reads cost less and writes cost more", () => {
    const million = { ...haiku, inputTokens: 100_000 };
    expect(price(usage({ ...million, cachedInputTokens: 100_000 }))).toBeCloseTo(0.01, 9);
    expect(price(usage({ ...million, cacheWriteTokens: 100_000 }))).toBeCloseTo(0.125, 9);
    const mixed = { cachedInputTokens: 50_000, cacheWriteTokens: 40_000 };
    expect(price(usage({ ...million, ...mixed }))).toBeCloseTo(0.005 + 0.05 + 0.01, 9);
  });

  test("a write for an hour costs twice the input, with and without a price in the data", () => {
    const written = { inputTokens: 100_000, cacheWriteTokens: 100_000, cacheWrite1hTokens: 60_000 };
    expect(price(usage({ ...haiku, ...written }))).toBeCloseTo(0.05 + 0.12, 9);
    const bedrock = {
      provider: "amazon-bedrock",
      model: "us.anthropic.claude-haiku-4-5-20251001-v1:0",
    };
    // 1.1 in, 1.375 into the cache, 2.2 for an hour
    expect(price(usage({ ...haiku, ...bedrock, ...written }))).toBeCloseTo(0.055 + 0.132, 9);
  });

  test("more written for an hour than written at all: every write counts for an hour", () => {
    const written = { inputTokens: 100_000, cacheWriteTokens: 0, cacheWrite1hTokens: 100_000 };
    expect(price(usage({ ...haiku, ...written }))).toBeCloseTo(0.2, 9);
  });

  test("in your own table, an hour costs twice the input or your price", () => {
    const mine = { inputUsdPerMillion: 1, outputUsdPerMillion: 0 };
    const used = usage({ model: "m", cacheWriteTokens: 400, cacheWrite1hTokens: 200 });
    expect(modelPrices({ table: { m: mine } }).price(used)).toBeCloseTo(0.0012, 12);
    const said = { ...mine, cacheWriteUsdPerMillion: 1.25, cacheWrite1hUsdPerMillion: 3 };
    // 600 at 1 USD, 200 at 1.25, 200 at 3
    expect(modelPrices({ table: { m: said } }).price(used)).toBeCloseTo(0.00145, 12);
  });

  test("more tokens in the cache than in the input: the input did not include the cache", () => {
    const used = { ...haiku, inputTokens: 1_000, cachedInputTokens: 10_000 };
    expect(price(usage(used))).toBeCloseTo(0.001 + 0.001, 9);
  });

  test("reads without a price cost the same as other input", () => {
    const pro = { model: "gpt-5-pro", inputTokens: 100_000, outputTokens: 0 };
    expect(price(usage({ ...pro, cachedInputTokens: 90_000 }))).toBeCloseTo(1.5, 9);
  });
});

describe("prices that depend on the time", () => {
  test("o3 cost 10 USD per million before June 2025, and 2 since", () => {
    const o3 = { model: "o3", inputTokens: 1_000_000, outputTokens: 0 };
    expect(price(usage({ ...o3, at: Date.parse("2025-05-01") }))).toBeCloseTo(10, 9);
    expect(price(usage({ ...o3, at: Date.parse("2026-05-01") }))).toBeCloseTo(2, 9);
  });

  test("deepseek-v4-pro costs twice as much from 01:00 to 04:00 UTC", () => {
    const v4 = { provider: "deepseek.chat", model: "deepseek-v4-pro", outputTokens: 0 };
    const million = { ...v4, inputTokens: 1_000_000 };
    expect(price(usage({ ...million, at: Date.parse("2026-11-21T12:00Z") }))).toBeCloseTo(0.66, 9);
    expect(price(usage({ ...million, at: Date.parse("2026-11-21T02:00Z") }))).toBeCloseTo(1.32, 9);
  });

  test.each([Number.NaN, Infinity, -1e300])("the time %d means now", (when) => {
    expect(price(usage({ at: when }))).toBeCloseTo(0.000_45, 12);
  });
});

describe("impossible usage", () => {
  test.each([
    { inputTokens: -1 },
    { inputTokens: Number.NaN },
    { outputTokens: Infinity },
    { cachedInputTokens: -5 },
    { cacheWriteTokens: Number.NaN },
    { inputTokens: 0, outputTokens: 0 },
  ])("%j has no price", (given) => {
    expect(price(usage(given))).toBeUndefined();
  });
});

test("a model has its maker's price only if its host has no own prices", () => {
  expect(price(usage({ provider: "ollama", model: "deepseek-r1:8b" }))).toBeUndefined();
  expect(price(usage({ provider: "groq.chat", model: "gpt-5-mini" }))).toBeUndefined();
  expect(price(usage({ provider: "openai", model: "deepseek-v4-pro" }))).toBeGreaterThan(0);
});
