import canonicalize from "canonicalize";
import { hash } from "node:crypto";

/** What stands in the first entry of a ledger for the hash of the entry before. */
export const genesis: string = "0".repeat(64);

/** An entry as the file holds it, but for its own hash. Columns without a value are left out. */
export type Columns = Readonly<Record<string, string | number>>;

/**
 * The hash of an entry: SHA-256, in hexadecimal, of its columns as RFC 8785 writes them, with the hash of the entry before
 * among them. So a change of one entry shows in all that follow, and every language can verify it.
 */
export function hashOf(columns: Columns): string {
  return hash("sha256", canonicalize(columns)!, "hex");
}
