/** Returns the time, in milliseconds since the epoch. */
export type Clock = () => number;

/** The wall clock. */
export const systemClock: Clock = () => Date.now();

/**
 * Time that only passes: when the process began by the wall clock, plus the time since then by a clock that no setting
 * moves. Processes can compare their times, as far as their wall clocks agree.
 */
export const systemMonotonic: Clock =
  typeof performance === "undefined"
    ? systemClock
    : () => performance.timeOrigin + performance.now();
