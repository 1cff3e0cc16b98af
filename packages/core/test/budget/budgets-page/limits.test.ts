// The section "Limits" of docs/budgets.md. Each test is named after a row of its table.
import { describe, expect, test } from "vitest";
import { fixture, once, success, use } from "../../support/breakers.ts";

const overloaded = () => {
  throw new Error("overloaded");
};

describe("Limits", () => {
  test("`modelCalls` – answers asked of models; a retry that guard sees is another", async () => {
    const { lane, breaker } = fixture({ budget: { modelCalls: 2 } });
    const ask = (answer: () => string) => lane.run({ kind: "model" }, answer);
    await expect(ask(overloaded)).rejects.toThrow("overloaded");
    await ask(() => "8080");
    await expect(ask(() => "8080")).rejects.toMatchObject({ code: "GUARD_BUDGET_EXCEEDED" });
    expect(breaker.spending.modelCalls).toBe(2);
  });

  test("`toolCalls` – tools that were let run", async () => {
    const { lane, breaker } = fixture({ budget: { toolCalls: 10 } });
    const verdicts = Array.from({ length: 4 }, () => once(lane).decision.verdict);
    expect(verdicts).toEqual(["allow", "allow", "warn", "block"]);
    expect(breaker.spending.toolCalls, "a refused one does not count").toBe(3);
    const [unmade] = await lane.admit([use("new")]);
    await lane.release(unmade.token);
    expect(breaker.spending.toolCalls, "nor does one that was never made").toBe(3);
    const [failed] = await lane.admit([use("newer")]);
    await lane.settle(failed.token, { ...success(), status: "failure" });
    expect(breaker.spending.toolCalls, "one that fails does").toBe(4);
  });
});
