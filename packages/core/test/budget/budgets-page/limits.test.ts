// The section "Limits" of docs/budgets.md. Each test is named after a row of its table.
import { describe, expect, test } from "vitest";
import { createRegistry } from "../../../src/breaker/registry.ts";
import type { Store } from "../../../src/ports/store.ts";
import { memoryStore } from "../../../src/store/memory-store.ts";
import { withoutPost } from "../../support/slow-store.ts";
import { fixture, once, success, use } from "../../support/breakers.ts";
import { manualClock } from "../../support/clock.ts";

const day = 86_400_000;

const overloaded = () => {
  throw new Error("overloaded");
};

describe("Limits", () => {
  test("`modelCalls` – requests to models; a retry that guard sees counts again", async () => {
    const { lane, breaker } = fixture({ budget: { modelCalls: 2 } });
    const ask = (answer: () => string) => lane.run({ kind: "model" }, answer);
    await expect(ask(overloaded)).rejects.toThrow("overloaded");
    await ask(() => "8080");
    await expect(ask(() => "8080")).rejects.toMatchObject({ code: "GUARD_BUDGET_EXCEEDED" });
    expect(breaker.spending.modelCalls).toBe(2);
  });

  test("`toolCalls` – tools that guard let run", async () => {
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

  test.for([
    [1_000, 10],
    [50_000, 500],
    [1_000_000, 1_000],
  ] as const)(
    "A clock that is behind, or set back, is no reason to refuse a call, and gives back at most one second (a hundredth of a limit below 100 seconds). (%d ms)",
    ([limit, back]) => {
      for (const way of ["post", "compareAndSet"]) {
        const clock = manualClock(day);
        const memory = memoryStore({ clock: () => 0 });
        const store: Store = way === "post" ? memory : withoutPost(memory);
        /** Whether a call is let through whose account may last so long. */
        const passes = (wallMs: number) => {
          const limits = { session: { wallMs } };
          const registry = createRegistry({ limits, store, ports: { clock } });
          const lane = registry.breaker({ accounts: { session: "s" } }).agent();
          return once(lane).decision.verdict === "allow";
        };
        expect(passes(limit)).toBe(true);
        clock.advance(limit - 1);
        expect(passes(limit)).toBe(true);
        clock.advance(-day / 2);
        expect(passes(limit), "it refuses nothing").toBe(true);
        expect(passes(limit - back - 1), "nearly all of the time has passed").toBe(false);
      }
    },
  );
});
