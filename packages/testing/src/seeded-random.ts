import type { Random } from "@guard/core";
import { checkArgument } from "@guard/core/adapter";

/**
 * Makes a random function that returns the same numbers for the same seed, on every machine (mulberry32). Use it for tests,
 * never for secrets. Pass it to a breaker or a registry as `ports.random`.
 *
 * @param seed any number. Only its lowest 32 bits count
 * @returns a function that returns the next number, at least 0 and below 1
 * @throws {OptionsError} if the seed is not a number
 *
 * @example
 * const breaker = createBreaker({ ports: { random: seededRandom(7) } });
 */
export function seededRandom(seed: number): Random {
  const write = "Write seededRandom(7).";
  checkArgument(seed, { path: "seed", expected: "a number", fits: Number.isFinite, write });
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
