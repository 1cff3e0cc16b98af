import { describe, expect, test } from "vitest";
import { fixture, once, use } from "./support/breakers.ts";

describe("the ceiling wallMs", () => {
  test("counts from the first call, inclusive", () => {
    const { lane, clock, breaker } = fixture({ budget: { wallMs: 1_000 } });
    clock.advance(60_000);
    expect(once(lane, use(1)).decision.verdict).toBe("allow");
    clock.advance(999);
    expect(once(lane, use(2)).decision.verdict).toBe("allow");
    clock.advance(1);
    expect(once(lane, use(3)).decision.verdict).toBe("open");
    expect(breaker.trip).toMatchObject({
      reason: "budget",
      finding: { rule: "ceiling", ceiling: "wallMs", count: 1_000, limit: 1_000 },
    });
  });

  test("refuses every kind of call", () => {
    for (const call of [use(2), { kind: "model" }, { kind: "delegation", to: "b" }] as const) {
      const { lane, clock } = fixture({ budget: { wallMs: 1_000 } });
      once(lane, use(1));
      clock.advance(1_000);
      expect(lane.admitSync([call])[0].verdict).toBe("open");
    }
  });

  test("0 lets nothing through", () => {
    expect(once(fixture({ budget: { wallMs: 0 } }).lane).decision.verdict).toBe("open");
  });
});
