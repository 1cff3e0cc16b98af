/** Calls `fire` after `ms` milliseconds. Returns a function that cancels it. */
export type Timer = (ms: number, fire: () => void) => () => void;

/** The longest time of a platform's timer: a longer one would fire at once. */
const longestMs = 2 ** 31 - 1;

/** The platform's timer. */
export const systemTimer: Timer = (ms, fire) => {
  const timer = setTimeout(fire, Math.min(ms, longestMs));
  return () => clearTimeout(timer);
};
