import * as fc from "fast-check";
import { expect, test } from "vitest";
import { modelPrices } from "../src/index.ts";
import { knownModels } from "./support/known-models.ts";

const figure = fc.oneof(
  fc.nat({ max: 2_000_000 }),
  fc.double(),
  fc.constantFrom(0, -1, Number.NaN, Infinity, 1e308, 5e-324),
);
const odd = fc.constantFrom("__proto__", "constructor", "a/b/c/d/e/f", ":", "/", "@", "models/");
const name = fc.option(
  fc.oneof(
    fc.string(),
    odd,
    fc.string({ minLength: 500, maxLength: 2_000 }),
    fc.constantFrom(...knownModels.flatMap(({ provider, model }) => [provider ?? "", model])),
  ),
  { nil: undefined },
);
const rest = {
  serviceTier: fc.option(fc.oneof(odd, fc.string(), fc.constantFrom("flex", "priority")), {
    nil: undefined,
  }),
  reportedUsd: fc.option(figure, { nil: undefined }),
  at: figure,
};
const { price } = modelPrices({
  table: { "my-model": { inputUsdPerMillion: 1, outputUsdPerMillion: 1 } },
});

test("price never throws, and a price is a finite number of at least 0", () => {
  const anything = fc.record({
    model: name,
    provider: name,
    inputTokens: figure,
    cachedInputTokens: figure,
    cacheWriteTokens: figure,
    cacheWrite1hTokens: figure,
    providerTools: fc.record({ web_search: figure, code_execution: figure }),
    outputTokens: figure,
    ...rest,
  });
  fc.assert(
    fc.property(anything, (usage) => {
      const usd = price(usage);
      expect(usd === undefined || (Number.isFinite(usd) && usd >= 0)).toBe(true);
    }),
    { numRuns: 2_000 },
  );
});

test("a known model that is not free has a price above 0 for any tokens", () => {
  const tokens = fc.oneof(fc.integer({ min: 1, max: 3_000_000 }), fc.constantFrom(5e-324, 0.5));
  const known = fc.record({
    of: fc.constantFrom(...knownModels.filter(({ inputUsd }) => inputUsd > 0)),
    inputTokens: tokens,
    cachedInputTokens: fc.nat({ max: 3_000_000 }),
    cacheWriteTokens: fc.nat({ max: 3_000_000 }),
    cacheWrite1hTokens: fc.nat({ max: 3_000_000 }),
    outputTokens: fc.nat({ max: 200_000 }),
    at: fc.oneof(figure, fc.integer({ min: 0, max: 4e12 })),
  });
  fc.assert(
    fc.property(known, ({ of, ...used }) => {
      const usd = price({
        ...of,
        ...used,
        serviceTier: undefined,
        reportedUsd: undefined,
      });
      expect(usd).toBeGreaterThan(0);
    }),
    { numRuns: 2_000 },
  );
});
