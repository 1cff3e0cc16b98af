/** No time of an entry comes before this text, or after the other one. */
const [first, last] = ["", "~"];

/**
 * A bound of a query in milliseconds as the text that the column `time` is compared with. Infinity and numbers beyond the last date are no
 * bound.
 *
 * @throws {TypeError} for a bound that is no number
 */
export function timeBound(name: string, at: number): string {
  if (typeof at !== "number" || Number.isNaN(at)) {
    throw new TypeError(`${name}: expected milliseconds since the epoch, received ${String(at)}`);
  }
  // A year beyond 9999 or before 0 has a sign in front, which sorts wrongly.
  if (at > latest) return last;
  return at < earliest ? first : new Date(at).toISOString();
}

const latest = Date.UTC(9999, 11, 31, 23, 59, 59, 999);
const earliest = Date.parse("0000-01-01T00:00:00.000Z");
