import type { Figures, StorePosting } from "../ports/store.ts";

/** A value in memory. Figures become text when they are read, not at each addition. */
export type Kept = string | Figures;

/** A value as a store returns it. */
export function textOf(kept: Kept): string {
  return typeof kept === "string" ? kept : JSON.stringify(kept);
}

/**
 * The figures in a value.
 *
 * @throws {TypeError} for a value that is no JSON object of figures
 */
export function readFigures(value: Kept | undefined): Figures {
  if (value === undefined) return {};
  if (typeof value !== "string") return value;
  const read: unknown = JSON.parse(value);
  const isRecord = typeof read === "object" && read !== null && !Array.isArray(read);
  if (isRecord && Object.values(read).every((figure) => typeof figure === "number")) {
    return read as Figures;
  }
  throw new TypeError("the stored value is no JSON object of figures");
}

/** The figures after a posting, without a check of its `max`. */
export function added(figures: Figures, { add, drop = [] }: StorePosting): Figures {
  const after = new Map(Object.entries(figures));
  for (const [name, more] of Object.entries(add)) {
    const sum = (after.get(name) ?? 0) + more;
    if (sum === 0) after.delete(name);
    else after.set(name, sum);
  }
  for (const name of drop) after.delete(name);
  return Object.fromEntries(after);
}

/** Whether figures keep the limits of a posting. */
export function keepsTo(figures: Figures, { max = [] }: StorePosting): boolean {
  return max.every(({ sumOf, atMost }) => sumOfFigures(figures, sumOf) <= atMost);
}

/** The sum of some figures. */
function sumOfFigures(figures: Figures, names: readonly string[]): number {
  return names.reduce((sum, name) => sum + (Object.hasOwn(figures, name) ? figures[name]! : 0), 0);
}
