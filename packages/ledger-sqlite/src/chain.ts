import { hash } from "node:crypto";

/** What stands in the first entry of a ledger for the hash of the entry before. */
export const genesis: string = "0".repeat(64);

/** An entry as the file holds it, but for its own hash. Columns without a value are left out. */
export type Columns = Readonly<Record<string, string | number>>;

/** Columns as SQLite returns them: `null` where there is no value. */
type Row = Readonly<Record<string, unknown>>;

/** A column with its name as JSON. */
export type Named = readonly [name: string, json: string];

/**
 * The hash of an entry: SHA-256, in hexadecimal, of its columns as RFC 8785 writes them, with the hash of the entry before
 * among them. So a change of one entry shows in all that follow, and every language can verify it.
 *
 * @param names the columns, from {@link inOrder}
 * @throws {TypeError} for a number that JSON can't write
 */
export function hashOf(columns: Row, names: readonly Named[] = inOrder(columns)): string {
  return hash("sha256", canonical(columns, names), "hex");
}

/** The columns of a row in the order of RFC 8785. All rows of a table have the same. */
export function inOrder(columns: Row): readonly Named[] {
  const names = Object.keys(columns).toSorted();
  return names.map((name) => [name, JSON.stringify(name)]);
}

/**
 * RFC 8785 for one row: columns in order, and strings and numbers as `JSON.stringify` writes them. It is much faster than a
 * library that writes any value.
 */
function canonical(columns: Row, names: readonly Named[]): string {
  let json = "";
  for (const [name, quoted] of names) {
    const value = columns[name];
    if (value === null) continue;
    if (typeof value === "number" && !Number.isFinite(value)) {
      throw new TypeError(`${name}: JSON can't write ${value}`);
    }
    json += `${json === "" ? "" : ","}${quoted}:${JSON.stringify(value)}`;
  }
  return `{${json}}`;
}
