import { setBounded } from "../collections/bounded-map.ts";

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

/** One entry of the rule's evidence that is to be set. Rules return changes; they make none. */
export type Entry = readonly [key: string, value: unknown];
