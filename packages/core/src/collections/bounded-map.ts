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
