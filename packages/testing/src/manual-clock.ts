import type { Clock } from "@guard/core";

/** A clock that stands still until it is told to move. Made by {@link manualClock}. */
export interface ManualClock extends Clock {
  /** Moves the clock on by `ms` milliseconds; a negative number moves it back. */
  advance(ms: number): void;
  /** Sets the clock to `ms` milliseconds since the epoch. */
  set(ms: number): void;
}

/**
 * Makes a clock that stands still until it is told to move: cooldowns and expiries pass without
 * waiting. Give it to a breaker, a registry or a store as its `clock`.
 *
 * @param startMs milliseconds since the epoch at which it begins; default 1,000,000
 *
 * @example
 * const clock = manualClock();
 * const breaker = createBreaker({ ports: { clock, random: () => 0 } });
 * await scriptedAgent(breaker.agent(), "A=1 A=1 A=1 A=1 A=1 A=1");
 * breaker.state; // "open"
 * clock.advance(30_000);
 * breaker.state; // "half-open"
 */
export function manualClock(startMs: number = 1_000_000): ManualClock {
  let now = startMs;
  return Object.assign(() => now, {
    advance: (ms: number) => void (now += ms),
    set: (ms: number) => void (now = ms),
  });
}
