// A small model without a price in a budget of USD was stopped after three calls, at a stand-in sixty times its price,
// and the message did not say so.
import { expect, test } from "vitest";
import type { BreakerOptions } from "../../src/breaker/breaker-options.ts";
import { CircuitOpenError } from "../../src/vocabulary/errors.ts";
import { fixture } from "../support/breakers.ts";

const usage = { inputTokens: 20_000, outputTokens: 500 };

/** How many calls of the model one USD is enough for, and what the run is stopped with. */
async function untilStopped(options: BreakerOptions = {}) {
  const { lane } = fixture({ ...options, budget: { usd: 1 } });
  let calls = 0;
  try {
    for (; calls < 1_000; calls += 1) {
      await lane.run({ kind: "model", model: "small-1" }, () => `${calls}`, { usage: () => usage });
    }
  } catch (error) {
    if (CircuitOpenError.isInstance(error)) return { calls, message: error.message };
    throw error;
  }
  throw new Error("a thousand calls have not spent one USD");
}

test("the trip after three calls says that the price is a stand-in, and which option sets the right one", async () => {
  const { calls, message } = await untilStopped();
  expect(calls).toBe(3);
  expect(message).toContain(
    'Guard knows no price for "small-1" and took a stand-in: 15 USD for a million tokens in and 120 out. ' +
      "Set the option `price` (`...modelPrices()` of @guard/prices knows most models) or `pricing.ceiling`.",
  );
});

test("with its own price the model gets sixty times as many", async () => {
  const { calls, message } = await untilStopped({
    price: ({ inputTokens, outputTokens }) => (inputTokens * 0.25 + outputTokens * 2) / 1e6,
  });
  expect(calls).toBe(167);
  expect(message).toContain('The option "price" says 0.25 USD for a million tokens in and 2 out');
});
