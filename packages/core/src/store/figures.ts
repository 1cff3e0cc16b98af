import type { Figures, StorePosting } from "../ports/store.ts";

/** A value as memory keeps it: figures become text when they are read, not each time they are added to. */
export type Kept = string | Figures;

/** What is kept, as a store answers it. */
export function textOf(kept: Kept): string {
  return typeof kept === "string" ? kept : JSON.stringify(kept);
}

/**
 * The figures that a value holds.
 *
 * @throws {TypeError} where the value is not the JSON object of some
 */
export function readFigures(value: Kept | undefined): Figures {
  if (value === undefined) return {};
  if (typeof value !== "string") return value;
  const read: unknown = JSON.parse(value);
  const isRecord = typeof read === "object" && read !== null && !Array.isArray(read);
  if (isRecord && Object.values(read).every((figure) => typeof figure === "number")) {
    return read as Figures;
  }
  throw new TypeError("the store holds no figures here");
}

/** The figures after a posting, whatever its `max` says. */
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

/** Whether figures keep to what a posting demands once it is added. */
export function keepsTo(figures: Figures, { max = [] }: StorePosting): boolean {
  return max.every(({ sumOf, atMost }) => sumOfFigures(figures, sumOf) <= atMost);
}

/** What some figures add up to. */
function sumOfFigures(figures: Figures, names: readonly string[]): number {
  return names.reduce((sum, name) => sum + (Object.hasOwn(figures, name) ? figures[name]! : 0), 0);
}
