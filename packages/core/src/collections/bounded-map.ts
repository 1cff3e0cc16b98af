/**
 * Sets an entry; beyond `max` entries one goes that has not been set for long. The order is only kept
 * from half of `max` on: to move an entry costs as much as to add one.
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
 * To be called for each new entry: where there are more than `max` entries it looks at the two oldest. What has
 * ended goes; what has not is taken to the end, and is looked at again when the others have been. So nothing
 * that is alive is forgotten, and of what has ended no more stays than `max`, or than there is alive. Returns the
 * keys that have gone.
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
