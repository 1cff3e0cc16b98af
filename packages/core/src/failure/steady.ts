import { received } from "../options/received.ts";

/**
 * A clock, or a source of chance, that never throws. While `source` throws or returns no number, it returns the last figure:
 * a call that has run must not fail because of a clock.
 *
 * @param failed hears of the first of several failures in a row, and gets the last figure
 */
export function steady(
  source: () => number,
  failed: (error: unknown, last: number) => void,
): () => number {
  let last = 0;
  let isFailing = false;
  return () => {
    try {
      const value = source();
      if (!Number.isFinite(value))
        throw new TypeError(`expected a number, received ${received(value)}`);
      isFailing = false;
      last = value;
    } catch (error) {
      const isFirst = !isFailing;
      isFailing = true;
      if (isFirst) failed(error, last);
    }
    return last;
  };
}
