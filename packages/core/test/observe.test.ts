import { describe, expect, test } from "vitest";
import type { BreakerOptions } from "../src/breaker/breaker-options.ts";
import type { GuardEvent } from "../src/vocabulary/events.ts";
import { cooldownMs, fixture, once, use, type Fixture } from "./support/breakers.ts";
import { play, times } from "./support/script.ts";

const ways: readonly (readonly [how: string, (options?: BreakerOptions) => Fixture])[] = [
  ["observe mode", (options) => fixture({ ...options, mode: "observe" })],
  [
    "forced closed",
    (options) => {
      const on = fixture(options);
      on.breaker.override({ force: "closed", by: "me", why: "test" });
      on.events.length = 0;
      return on;
    },
  ],
];

/** For each event about a call: the call at which it was told. */
function indices(events: readonly GuardEvent[], run: string, on: Fixture): string[] {
  return run.split(" ").flatMap((step, index) => {
    const before = events.length;
    play(on.breaker, step);
    const told = events.slice(before).filter(({ type }) => /^(warn|block|trip)$/.test(type));
    return told.map(({ type }) => `${type} ${index + 1}`);
  });
}

describe.for(ways)("%s", ([, make]) => {
  test("refuses nothing", () => {
    const { breaker } = make();
    expect(play(breaker, times(12, "A=1")).replaceAll(/[ .]/g, "")).toBe("");
    expect(breaker.signal.aborted).toBe(false);
  });

  test.for([
    times(8, "A=1"),
    times(5, "A=1 B=1"),
    "A=1 A=1 A=1 B=1 A=1 A=1 A=1 A=1 A=1 A=1",
    times(9, "A=1+B=1"),
    times(32, "wait:A=1"),
  ])("emits the events of enforce, at the same calls: %s", (run) => {
    const enforced = fixture();
    const observed = make();
    const told = indices(observed.events, run, observed);
    expect(told.length).toBeGreaterThan(0);
    expect(told).toEqual(indices(enforced.events, run, enforced));
  });

  test("marks each event as observed", () => {
    const { breaker, events } = make();
    play(breaker, times(8, "A=1"));
    for (const event of events) expect(event).toHaveProperty("observed", true);
  });

  test("tells a trip once", () => {
    const { breaker, told } = make();
    play(breaker, times(20, "A=1"));
    expect(told().filter((name) => name === "trip")).toHaveLength(1);
  });

  test("emits the next trip after the break, when the loop goes on", () => {
    const { breaker, clock, told } = make();
    play(breaker, times(6, "A=1"));
    told();
    clock.advance(cooldownMs);
    play(breaker, times(3, "A=1"));
    expect(told()).toEqual(["transition", "transition", "trip"]);
  });

  test("a budget that is spent refuses nothing either", () => {
    const { lane, breaker, told } = make({ budget: { toolCalls: 1 } });
    const verdicts = [1, 2, 3].map((args) => once(lane, use(args)).decision.verdict);
    expect(verdicts).toEqual(["allow", "allow", "allow"]);
    expect(told()).toEqual(["transition", "trip"]);
    expect(breaker.spending.toolCalls).toBe(3);
  });

  test("the decision still has its findings", () => {
    const { breaker, lane } = make();
    play(breaker, times(3, "A=1"));
    expect(once(lane, use("A")).decision).toMatchObject({
      verdict: "allow",
      findings: [{ rule: "no-progress", verdict: "block" }],
    });
  });
});
