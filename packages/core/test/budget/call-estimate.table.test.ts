import { describe, expect, test } from "vitest";
import { estimateCall, type EstimateOptions } from "../../src/budget/call-estimate.ts";
import type { ModelCall } from "../../src/vocabulary/call.ts";
import type { EventDraft } from "../../src/vocabulary/events.ts";

const micro = 1_000; // nano-dollars in a millionth of a dollar

/** One token a character; a dollar for a million tokens, and two for those of the answer. */
const options = (change: Partial<EstimateOptions> = {}): EstimateOptions => ({
  price: ({ inputTokens, outputTokens }) => (inputTokens + 2 * outputTokens) / 1e6,
  clock: () => 0,
  pricing: {
    unknown: "ceiling",
    ceiling: { inputUsdPerMillion: 10, outputUsdPerMillion: 10 },
    missingUsage: "estimate",
  },
  tokens: { estimate: (text) => text.length },
  limited: { tokens: true, usd: true },
  ...change,
});
const denied = (price: EstimateOptions["price"]): Partial<EstimateOptions> => ({
  price,
  pricing: { ...options().pricing, unknown: "deny" },
});
const never = () => undefined;
const broken = (): number => {
  throw new Error("no");
};
const estimated = (call: ModelCall) => estimateCall(options(), call, () => {}).estimatedTokens;

describe("the estimate of a model call", () => {
  test.each<
    [
      name: string,
      change: Partial<EstimateOptions>,
      call: Partial<ModelCall>,
      certain: readonly [tokens: number, micros: number],
      likely: readonly [tokens: number, micros: number],
    ]
  >([
    [
      "its request is certain, its answer is likely",
      {},
      { prompt: "1234", maxOutputTokens: 10 },
      [4, 4],
      [14, 24],
    ],
    [
      "an answer without a limit counts as 4,096 tokens",
      {},
      { prompt: "1234" },
      [4, 4],
      [4_100, 4 + 8_192],
    ],
    [
      "a higher limit of the answer counts as 4,096 tokens",
      {},
      { prompt: "1234", maxOutputTokens: 1e6 },
      [4, 4],
      [4_100, 4 + 8_192],
    ],
    ["a prompt may be a function", {}, { prompt: () => "123", maxOutputTokens: 1 }, [3, 3], [4, 5]],
    ["without a prompt only the answer is known", {}, { maxOutputTokens: 10 }, [0, 0], [10, 20]],
    [
      "without any limit nothing is estimated",
      { limited: { tokens: false, usd: false } },
      { prompt: "1234" },
      [0, 0],
      [0, 0],
    ],
    [
      "a limit of tokens alone needs no price",
      { limited: { tokens: true, usd: false } },
      { prompt: "1234", maxOutputTokens: 6 },
      [4, 0],
      [10, 0],
    ],
    [
      "an unknown model has the ceiling's price",
      { price: never },
      { prompt: "1234", maxOutputTokens: 6 },
      [4, 40],
      [10, 100],
    ],
    [
      "the caller's own estimate wins",
      {},
      { prompt: "1234", estimate: { tokens: 7, usd: 0.000_009 } },
      [7, 9],
      [7, 9],
    ],
  ])("%s", (_, change, call, certain, likely) => {
    const estimate = estimateCall(options(change), { kind: "model", ...call }, () => {});
    const figures = ({ tokens, nanoUsd }: typeof estimate.certain) => [tokens, nanoUsd / micro];
    expect([figures(estimate.certain), figures(estimate.likely)]).toEqual([certain, likely]);
    expect(estimate.isUnpriced).toBeUndefined();
  });

  test.each<[name: string, price: EstimateOptions["price"], isUnpriced: true | undefined]>([
    ["a model without a price is denied", never, true],
    ["a model with a price is not", () => 0.1, undefined],
  ])('with pricing.unknown "deny", %s', (_, price, isUnpriced) => {
    const call = { kind: "model", prompt: "1234" } as const;
    expect(estimateCall(options(denied(price)), call, () => {}).isUnpriced).toBe(isUnpriced);
  });

  test("the estimator learns from what it has estimated", () => {
    expect(estimated({ kind: "model", prompt: "1234" })).toBe(4);
    expect(estimated({ kind: "model" })).toBeUndefined();
    expect(estimated({ kind: "model", prompt: "" })).toBe(0);
  });

  test.each<[name: string, estimate: () => number, told: readonly EventDraft["type"][]]>([
    ["throws", broken, ["port-error"]],
    ["returns NaN", () => Number.NaN, []],
    ["returns less than 0", () => -1, []],
  ])("with an estimator that %s the request counts nothing", (_, estimate, told) => {
    const events: EventDraft[] = [];
    const call = { kind: "model", prompt: "1234", maxOutputTokens: 1 } as const;
    const { certain } = estimateCall(options({ tokens: { estimate } }), call, (event) =>
      events.push(event),
    );
    expect([certain.tokens, events.map(({ type }) => type)]).toEqual([0, told]);
  });
});
