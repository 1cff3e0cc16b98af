// The section "More budget" of docs/budgets.md. Each test is named after a sentence of the page.
import { describe, expect, test } from "vitest";
import { house, spend } from "../../support/accounts.ts";

describe("More budget", () => {
  test('`account: "user:42"` extends the account of that user, but only for this run.', async () => {
    const { registry, run } = house({ limits: { user: { modelCalls: 1 } } });
    const accounts = { user: "42" };
    const breaker = registry.breaker({ accounts });
    const lane = breaker.agent();
    await spend(lane, 1);
    expect((await spend(lane, 1)).verdict).toBe("open");
    const why = "nearly done";
    breaker.override({ extend: { modelCalls: 1 }, account: "user:42", by: "ops", why });
    expect((await spend(run({ accounts }), 1)).verdict, "another run").toBe("open");
    expect((await spend(lane, 1)).verdict).toBe("allow");
    expect((await spend(lane, 1)).verdict).toBe("open");
  });
});
