/**
 * Sets an entry. Beyond `max` entries it removes one that was not set for long. It keeps the order only from half of
 * `max` on, because moving an entry costs as much as adding one.
 */
export function setBounded<V>(map: Map<string, V>, key: string, value: V, max: number): void {
  if (map.size > max / 2) map.delete(key);
  map.set(key, value);
  if (map.size <= max) return;
  for (const oldest of map.keys()) {
    map.delete(oldest);
    break;
  }
}

/**
 * Call this for each new entry. Beyond `max` entries it looks at the two oldest: it removes an ended one, and moves a
 * live one to the end. So it never removes a live entry, and keeps at most `max` ended entries, or as many as there are
 * live ones. Returns the removed keys.
 */
export function dropEnded<V>(
  map: Map<string, V>,
  max: number,
  hasEnded: (value: V, key: string) => boolean,
): readonly string[] {
  const gone: string[] = [];
  let looked = 0;
  for (const [key, value] of map) {
    if (map.size <= max || looked === 2) break;
    looked += 1;
    map.delete(key);
    if (hasEnded(value, key)) gone.push(key);
    else map.set(key, value);
  }
  return gone;
}
