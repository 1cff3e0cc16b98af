/** Calls `fire` after so many milliseconds, unless what it returns is called before. */
export type Timer = (ms: number, fire: () => void) => () => void;

/** The longest time that platforms' timers know; a longer one would fire at once. */
const longestMs = 2 ** 31 - 1;

/** The platform's timer. */
export const systemTimer: Timer = (ms, fire) => {
  const timer = setTimeout(fire, Math.min(ms, longestMs));
  return () => clearTimeout(timer);
};
