import { describe, expect, test } from "vitest";
import { dueAlerts, roomBeforeAlerts } from "../../src/budget/alerts.ts";
import { emptyBalance, unused, type Balance } from "../../src/budget/balance.ts";
import type { Budget } from "../../src/budget/limits.ts";
import { slotOf, type Window } from "../../src/budget/window.ts";

const now = Date.UTC(2026, 10, 29, 12, 30);
const hour = 3_600_000;
const day = 24 * hour;
const life: Window = { per: undefined, timeZone: "UTC" };
const rolling: Window = { per: "rolling-day", timeZone: "UTC" };

/** A balance with 8 model calls, and alerts that were raised some time ago. */
function balance(window: Window, alertedMsAgo?: number): Balance {
  const alerted = alertedMsAgo === undefined ? {} : { modelCalls: now - alertedMsAgo };
  return {
    ...emptyBalance,
    used: { [slotOf(window, now)]: { ...unused, modelCalls: 8 } },
    alerted,
  };
}

const room = (budget: Budget) => roomBeforeAlerts(limit(budget, life), balance(life), now);

const limit = (budget: Budget, window: Window) => ({ account: "user:42", window, budget });

describe("an alert", () => {
  test.each<
    [name: string, budget: Budget, window: Window, agoMs: number | undefined, due: boolean]
  >([
    ["is due at its share", { modelCalls: 10, alertAt: 0.8 }, life, undefined, true],
    ["is not due before", { modelCalls: 11, alertAt: 0.8 }, life, undefined, false],
    ["is never due without alertAt", { modelCalls: 10 }, life, undefined, false],
    [
      "is never due for a figure without a limit",
      { tokens: 10, alertAt: 0.8 },
      life,
      undefined,
      false,
    ],
    [
      "is raised once in a window without an end",
      { modelCalls: 10, alertAt: 0.8 },
      life,
      400 * day,
      false,
    ],
    ["is raised once in a rolling window", { modelCalls: 10, alertAt: 0.8 }, rolling, hour, false],
    [
      "is raised again after the calls have left the rolling window",
      { modelCalls: 10, alertAt: 0.8 },
      rolling,
      2 * day,
      true,
    ],
  ])("%s", (_, budget, window, agoMs, due) => {
    const alerts = dueAlerts(limit(budget, window), balance(window, agoMs), now);
    expect(alerts).toEqual(
      due ? [{ account: "user:42", ceiling: "modelCalls", limit: 10, used: 8 }] : [],
    );
  });

  test("leaves room up to its share, and none is asked for where no alert can come", () => {
    expect(room({ modelCalls: 20, alertAt: 0.5 }).map(({ atMost }) => atMost)).toEqual([9]);
    expect(room({ modelCalls: 20 })).toEqual([]);
    expect(room({ alertAt: 0.5 })).toEqual([]);
  });
});
