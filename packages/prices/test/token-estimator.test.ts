import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { roughTokens } from "../src/rough-tokens.ts";
import { tokenEstimator } from "../src/token-estimator.ts";

const text = "The quick brown fox jumps over the lazy dog. ".repeat(120);
const rough = roughTokens(text);

/** Estimates again and again for a model whose requests have `ratio` times the rough tokens. */
function taught(ratio: number, times: number) {
  const tokens = tokenEstimator();
  for (let i = 0; i < times; i += 1) {
    tokens.learn?.("m", tokens.estimate(text, "m"), rough * ratio);
  }
  return tokens;
}
const factor = (tokens: ReturnType<typeof tokenEstimator>, model = "m") =>
  tokens.estimate(text, model) / rough;

describe("the ratio of an estimate to the rough estimate", () => {
  test.each([
    // real / rough, after 0, 1, 2, 15, 16, 60 requests
    [0.7, 1.3, 1.3, 1.3, 1.3, 0.7, 0.7],
    [1, 1.3, 1.3, 1.3, 1.3, 1, 1],
    [1.15, 1.3, 1.3, 1.3, 1.3, 1.15, 1.15],
    [1.6, 1.3, 1.3, 1.6, 1.6, 1.6, 1.6],
    [2.5, 1.3, 1.3, 2.5, 2.5, 2.5, 2.5],
    [100, 1.3, 1.3, 8, 8, 8, 8],
    [0.01, 1.3, 1.3, 1.3, 1.3, 0.5, 0.5],
  ])("real tokens %d times the rough ones", (ratio, ...expected) => {
    const after = [0, 1, 2, 15, 16, 60].map((times) => factor(taught(ratio, times)));
    after.forEach((found, i) => expect(found).toBeCloseTo(expected[i] ?? Number.NaN, 2));
  });

  test("settles where four in five estimates are high enough", () => {
    const tokens = tokenEstimator();
    let enough = 0;
    for (let i = 0; i < 1_000; i += 1) {
      const actual = rough * (0.8 + ((i * 61) % 100) / 100); // evenly between 0.8 and 1.8
      const estimated = tokens.estimate(text, "m");
      if (i >= 500 && estimated >= actual) enough += 1;
      tokens.learn?.("m", estimated, actual);
    }
    expect(enough / 500).toBeGreaterThan(0.75);
    expect(enough / 500).toBeLessThan(0.85);
  });

  test("stays in bounds while many requests are in flight", () => {
    const tokens = tokenEstimator();
    for (let round = 0; round < 20; round += 1) {
      const inFlight = Array.from({ length: 50 }, () => tokens.estimate(text, "m"));
      for (const estimated of inFlight) tokens.learn?.("m", estimated, rough * 2);
      expect(factor(tokens)).toBeCloseTo(2, 2);
    }
  });

  test("also learns from estimates of another estimator", () => {
    const tokens = tokenEstimator();
    for (let i = 0; i < 2; i += 1) tokens.learn?.("m", 13_000, 20_000);
    expect(factor(tokens)).toBeCloseTo(2, 2);
  });
});

describe("odd figures", () => {
  test.each([1e9, 1, 0.001])("one outlier of %d tokens changes nothing", (actual) => {
    for (const before of [0, 20, 100]) {
      const tokens = taught(1.1, before);
      const was = factor(tokens);
      tokens.learn?.("m", tokens.estimate(text, "m"), actual);
      expect(factor(tokens)).toBeCloseTo(was, 6);
    }
  });

  test("impossible figures change nothing", () => {
    const tokens = taught(1.1, 20);
    const was = factor(tokens);
    for (const odd of [Number.NaN, 0, -1, Infinity, -Infinity, 1e308]) {
      for (let i = 0; i < 100; i += 1) {
        tokens.learn?.("m", tokens.estimate(text, "m"), odd);
        tokens.learn?.("m", odd, 1_000);
      }
    }
    expect(factor(tokens)).toBe(was);
  });

  test("for any input, an estimate is a whole number between 0.5 and 8 times the rough one", () => {
    const model = fc.option(fc.string(), { nil: undefined });
    const figure = fc.oneof(fc.nat(), fc.double());
    const short = text.slice(0, 900);
    const count = roughTokens(short);
    fc.assert(
      fc.property(fc.array(fc.tuple(model, figure, figure)), (lessons) => {
        const tokens = tokenEstimator();
        for (const [id, estimated, actual] of lessons) {
          tokens.learn?.(id, estimated, actual);
          const next = tokens.estimate(short, id);
          expect(Number.isInteger(next)).toBe(true);
          expect(next).toBeGreaterThanOrEqual(count * 0.5);
          expect(next).toBeLessThanOrEqual(Math.ceil(count * 8));
        }
      }),
    );
  });
});

describe("models", () => {
  test("do not learn from each other", () => {
    const tokens = taught(2, 20);
    expect(factor(tokens, "m")).toBeCloseTo(2, 2);
    expect(factor(tokens, "other")).toBeCloseTo(1.3, 2);
  });

  test("are remembered up to 200: guard forgets the model that was used longest ago", () => {
    const tokens = taught(2, 20);
    for (let i = 0; i < 199; i += 1) tokens.estimate("a", `model-${i}`);
    expect(factor(tokens, "m")).toBeCloseTo(2, 2);
    for (let i = 0; i < 200; i += 1) tokens.estimate("a", `other-${i}`);
    expect(factor(tokens, "m")).toBeCloseTo(1.3, 2);
  });
});
