// The section "Prices" of docs/budgets.md. Each test is named after a sentence of the page.
import { describe, expect, test } from "vitest";
import type { BreakerOptions } from "../../../src/breaker/breaker-options.ts";
import type { Usage } from "../../../src/vocabulary/call.ts";
import { fixture } from "../../support/breakers.ts";

const million: Usage = { inputTokens: 1e6, outputTokens: 1e6 };
const model = { kind: "model", model: "my-model" } as const;

describe("Prices", () => {
  test("An unknown price is never 0 USD. A model of unknown price costs `pricing.ceiling`, by default 15 USD for a million tokens in and 120 out (the list price of gpt-5-pro), and an `unpriced` event says so.", async () => {
    for (const price of [undefined, () => undefined]) {
      const { breaker, lane, told } = fixture({ budget: { usd: 1_000 }, price });
      await lane.run(model, () => "…", { usage: () => million });
      expect([breaker.spending.usd, told()]).toEqual([135, ["unpriced"]]);
    }
  });

  test('With `pricing: { unknown: "deny" }` guard refuses its calls, and only with `"allow"` they cost nothing.', async () => {
    const budget = { usd: 1 };
    const denied = fixture({ budget, price: () => undefined, pricing: { unknown: "deny" } });
    await expect(denied.lane.run(model, () => "…")).rejects.toMatchObject({
      finding: { ceiling: "price" },
    });
    const allowed = fixture({ budget, price: () => undefined, pricing: { unknown: "allow" } });
    await allowed.lane.run(model, () => "…", { usage: () => million });
    expect(allowed.breaker.spending.usd).toBe(0);
    expect(allowed.told()).toEqual(["unpriced"]);
  });

  test.for<readonly [string, BreakerOptions, Usage, number]>([
    ["no limit", {}, million, 0],
    ["a limit of tokens", { budget: { tokens: 1e9 } }, million, 0],
    ["a price that the provider reports", {}, { ...million, usd: 3 }, 3],
  ])(
    "Without prices and without a limit in USD, guard books only what providers report. (%s)",
    async ([, options, usage, usd]) => {
      const { breaker, lane, told } = fixture(options);
      await lane.run(model, () => "…", { usage: () => usage });
      expect([breaker.spending.usd, told()]).toEqual([usd, []]);
    },
  );
});
