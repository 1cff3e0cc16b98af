// A run's `wallMs` is time that passes: a wall clock that is set neither fires it nor stops it.
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { createBreaker } from "../../src/breaker/breaker.ts";
import { createRegistry } from "../../src/breaker/registry.ts";
import { memoryStore } from "../../src/store/memory-store.ts";
import type { GuardOptions } from "../../src/options/guard-options.ts";
import type { Lane } from "../../src/breaker/lane.ts";
import type { Snapshot } from "../../src/vocabulary/snapshot.ts";
import { once, use } from "../support/breakers.ts";
import { manualClock } from "../support/clock.ts";

const budget = { wallMs: 1_000 };
const hour = 3_600_000;

let calls = 0;
const verdict = (lane: Lane) => once(lane, use((calls += 1))).decision.verdict;

describe.for<readonly [string, GuardOptions]>([
  ["a run", { budget }],
  ["an agent of a run", { limits: { agents: { agent: budget } } }],
  ["a tool of a run", { limits: { tools: { use: budget } } }],
])("the time of %s", ([, options]) => {
  test.for<readonly [string, by: number]>([
    ["back", -hour],
    ["forward", hour],
    ["to what is no time", Number.NaN],
  ])("a wall clock that is set %s changes nothing", ([, by]) => {
    const [clock, monotonic] = [manualClock(), manualClock()];
    const lane = createBreaker({ ...options, ports: { clock, monotonic } }).agent();
    expect(verdict(lane)).toBe("allow");
    clock.advance(by);
    monotonic.advance(999);
    expect(verdict(lane)).toBe("allow");
    monotonic.advance(1);
    expect(verdict(lane)).toBe("open");
  });
});

describe("by default the platform's clock is taken that is never set", () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  test.for([-hour, 0, hour])("the wall clock moves by %d ms meanwhile", (by) => {
    const lane = createBreaker({ budget }).agent();
    verdict(lane);
    vi.setSystemTime(Date.now() + by);
    vi.advanceTimersByTime(999);
    expect(verdict(lane)).toBe("allow");
    vi.advanceTimersByTime(1);
    expect(verdict(lane)).toBe("open");
  });
});

/** The snapshot of a run after 400 ms. */
function after400Ms(): Snapshot {
  const monotonic = manualClock(hour);
  const breaker = createBreaker({ budget, ports: { monotonic } });
  verdict(breaker.agent());
  monotonic.advance(400);
  verdict(breaker.agent());
  return JSON.parse(JSON.stringify(breaker.snapshot())) as Snapshot;
}

describe("a run that goes on in another process", () => {
  test.for<readonly [string, clock: number, left: number]>([
    ["at once", 400, 600],
    ["later: the time between counts", 700, 300],
    ["where the clock is behind: what had passed has passed", 100, 900],
  ])("%s", ([, after, left]) => {
    const monotonic = manualClock(hour + after);
    const lane = createBreaker({ budget, restore: after400Ms(), ports: { monotonic } }).agent();
    expect(verdict(lane)).toBe("allow");
    monotonic.advance(left - 1);
    expect(verdict(lane)).toBe("allow");
    monotonic.advance(1);
    expect(verdict(lane)).toBe("open");
  });

  test("and is not refused for hours that a clock is behind, nor gets more than it had left", () => {
    const monotonic = manualClock(0);
    const restore = after400Ms();
    const lane = createBreaker({ budget: { wallMs: 400 }, restore, ports: { monotonic } }).agent();
    expect(verdict(lane), "400 ms had passed").toBe("open");
    const another = createBreaker({ budget, restore, ports: { monotonic } }).agent();
    expect(verdict(another)).toBe("allow");
  });
});

test("an account that runs share has the wall clocks alone: one that is set back takes back no time", () => {
  const [clock, store] = [manualClock(), memoryStore({ clock: () => 0 })];
  const ask = (wallMs: number) => {
    const registry = createRegistry({ limits: { session: { wallMs } }, store, ports: { clock } });
    return verdict(registry.breaker({ accounts: { session: "s" } }).agent());
  };
  expect(ask(1_000)).toBe("allow");
  clock.advance(990);
  expect(ask(1_000)).toBe("allow");
  clock.advance(-hour);
  expect([ask(1_000), ask(991), ask(990)]).toEqual(["allow", "allow", "open"]);
  clock.advance(hour + 9);
  expect(ask(1_000)).toBe("allow");
  clock.advance(1);
  expect(ask(1_000), "one that is ahead ends the time sooner").toBe("open");
});

test("a call that is still open has seen that time as well: the first moment after an account's beginning was kept wrong", () => {
  const [clock, store] = [manualClock(), memoryStore({ clock: () => 0 })];
  const ask = (wallMs: number) => {
    const registry = createRegistry({ limits: { session: { wallMs } }, store, ports: { clock } });
    const lane = registry.breaker({ accounts: { session: "s" } }).agent();
    return lane.admitSync([use()])[0].verdict;
  };
  expect(ask(1_000)).toBe("allow");
  clock.advance(990);
  expect(ask(1_000)).toBe("allow");
  clock.advance(-hour);
  expect([ask(1_000), ask(991), ask(990)]).toEqual(["allow", "allow", "open"]);
});
