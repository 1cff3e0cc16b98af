import { expect, test, vi } from "vitest";
import { modelPrices } from "../src/index.ts";
import { knownModels } from "./support/known-models.ts";
import { usage } from "./support/usage.ts";

// Below every tier of long requests. Ten of them make a million.
const tokens = 100_000;

test.each(knownModels)(
  "$provider $model costs $inputUsd in and $outputUsd out",
  ({ provider, model, inputUsd, outputUsd }) => {
    const { price } = modelPrices();
    const asked = { provider, model, inputTokens: tokens };
    const input = price(usage({ ...asked, outputTokens: 0 }));
    const both = price(usage({ ...asked, outputTokens: tokens }));
    expect(input).toBeCloseTo(inputUsd / 10, 9);
    expect(both).toBeCloseTo((inputUsd + outputUsd) / 10, 9);
  },
);

test("prints nothing and fetches nothing", () => {
  const warn = vi.spyOn(console, "warn");
  const fetched = vi.spyOn(globalThis, "fetch");
  const { price } = modelPrices();
  for (const { provider, model } of knownModels) price(usage({ provider, model }));
  expect(warn).not.toHaveBeenCalled();
  expect(fetched).not.toHaveBeenCalled();
});
