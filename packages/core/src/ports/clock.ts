/** Where core reads the time: milliseconds since the epoch. Only differences matter. */
export type Clock = () => number;

/** The wall clock. */
export const systemClock: Clock = () => Date.now();

/**
 * Time that only passes: when the process began by the wall clock, and how long ago that is by one that is never set. So
 * moments of several processes can be compared, as far as their wall clocks agree.
 */
export const systemMonotonic: Clock =
  typeof performance === "undefined"
    ? systemClock
    : () => performance.timeOrigin + performance.now();
