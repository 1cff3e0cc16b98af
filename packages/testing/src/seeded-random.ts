import type { Random } from "@guard/core";

/**
 * Makes a source of chance that gives the same numbers for the same seed, on every machine
 * (mulberry32). Good for tests, not for secrets.
 *
 * @param seed any number; only its lowest 32 bits are used
 * @returns a function that gives the next number, at least 0 and below 1
 *
 * @example
 * const breaker = createBreaker({ ports: { random: seededRandom(7) } });
 */
export function seededRandom(seed: number): Random {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
