// The section "Windows" of docs/budgets.md. Each test is named after a sentence of the page.
import { describe, expect, test } from "vitest";
import { house, spend } from "../../support/accounts.ts";
import { manualClock } from "../../support/clock.ts";

const accounts = { user: "u" };
const day = 86_400_000;

describe("Windows", () => {
  test.for([
    [{ per: "hour" }, "2026-03-28T23:00:00Z"],
    [{ per: "day" }, "2026-03-29T00:00:00Z"],
    [{ per: "day", timeZone: "Europe/Berlin" }, "2026-03-28T23:00:00Z"],
    [{ per: "month" }, "2026-04-01T00:00:00Z"],
    [{ per: "month", timeZone: "Asia/Tokyo" }, "2026-03-31T15:00:00Z"],
    [{ per: "rolling-hour" }, "2026-03-28T23:31:00Z"],
    [{ per: "rolling-day" }, "2026-03-29T22:48:00Z"],
    [{ per: "rolling-month" }, "2026-04-28T00:00:00Z"],
  ] as const)(
    "`per` is `hour`, `day` or `month` of the calendar in `timeZone` (default UTC), or `rolling-hour`, `rolling-day`, `rolling-month` (thirty days). %j",
    async ([window, next]) => {
      const clock = manualClock(Date.parse("2026-03-28T22:30:00Z"));
      const { run } = house({ limits: { user: { usd: 1, ...window } } }, clock);
      await spend(run({ accounts }), 1);
      const { verdict, retryAfterMs } = await spend(run({ accounts }), 1);
      expect(verdict).toBe("open");
      expect(new Date(clock() + retryAfterMs!)).toEqual(new Date(next));
    },
  );

  test("Without `per`, a limit holds for the whole life of its account.", async () => {
    const { run, clock } = house({ limits: { user: { modelCalls: 12 } } });
    for (let month = 0; month < 12; month += 1) {
      expect((await spend(run({ accounts }), 1)).verdict).toBe("allow");
      clock.advance(31 * day);
    }
    const refused = await spend(run({ accounts }), 1);
    expect([refused.verdict, refused.retryAfterMs]).toEqual(["open", undefined]);
  });

  test.for([
    ["rolling-hour", 3_600_000],
    ["rolling-day", day],
    ["rolling-month", 30 * day],
  ] as const)(
    "Guard counts a rolling window in sixtieths of its length: spending leaves the window up to a sixtieth late, never early. %s",
    async ([per, length]) => {
      for (const start of [1_000_000 * length, 1_000_000 * length + length / 60 - 1]) {
        const clock = manualClock(start);
        const { registry, run } = house({ limits: { user: { usd: 1, per } } }, clock);
        await spend(run({ accounts }), 1);
        const usdAt = async (moment: number) => {
          clock.set(start + moment);
          const [balance] = await registry.balances("user:u");
          return balance?.usd ?? 0;
        };
        expect(await usdAt(length)).toBe(1);
        expect(await usdAt(length + length / 60)).toBe(0);
      }
    },
  );
});
