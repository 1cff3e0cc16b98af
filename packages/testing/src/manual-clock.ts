import type { Clock } from "@guard/core";
import { checkArgument } from "@guard/core/adapter";

/** A clock that stands still until you move it. {@link manualClock} makes it. */
export interface ManualClock extends Clock {
  /** Moves the clock forward by `ms` milliseconds. A negative number moves it back. */
  readonly advance: (ms: number) => void;
  /** Sets the clock to a time, in milliseconds since the epoch. */
  readonly set: (ms: number) => void;
}

/**
 * Makes a clock that stands still until you move it, so that a test passes cooldowns and expiries without waiting. Pass it
 * to a breaker or a registry as `ports.clock`, or to a store as `clock`.
 *
 * @param startMs the time at which the clock begins, in milliseconds since the epoch. Default: 1,000,000
 * @throws {OptionsError} if a time is not a number
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
  let now = timeOf("startMs", startMs);
  return Object.assign(() => now, {
    advance: (ms: number) => void (now += timeOf("ms", ms)),
    set: (ms: number) => void (now = timeOf("ms", ms)),
  });
}

function timeOf(path: string, ms: number): number {
  checkArgument(ms, {
    path,
    expected: "a number of milliseconds",
    fits: Number.isFinite,
    write: "Write clock.advance(30_000) or date.getTime().",
  });
  return ms;
}
