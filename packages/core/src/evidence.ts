/** Evidence: small records under short keys. Nothing in it is an argument or a result. */
export type Table = ReadonlyMap<string, unknown>;

/** Tables by the name of the rule, or of the memory, that they belong to. */
export type Tables = Map<string, Map<string, unknown>>;

/** Entries a table keeps; then the one written longest ago is forgotten. */
const maxEntries = 4096;

const empty: Table = new Map();

export function table(tables: ReadonlyMap<string, Table>, name: string): Table {
  return tables.get(name) ?? empty;
}

/** Sets one entry, or with `undefined` removes it, and keeps the table bounded. */
export function setEntry(tables: Tables, name: string, key: string, value: unknown): void {
  let entries = tables.get(name);
  if (value === undefined) {
    entries?.delete(key);
    return;
  }
  if (entries === undefined) tables.set(name, (entries = new Map()));
  setBounded(entries, key, value, maxEntries);
}

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
