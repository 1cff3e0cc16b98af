import { read } from "./read.ts";

export type Figure = number | undefined;
export type Keys = readonly string[];

/** Where a figure stands, and what is added to it. */
type Row = readonly Keys[];

export const toKeys = (path: string): Keys => path.split(".");

/** Rows of `usage-fields.ts`, ready to be read. */
export const toRows = (rows: readonly string[]): readonly Row[] =>
  rows.map((row) => row.split(" + ").map(toKeys));

/** The figure that a row finds in a place. */
export function figureIn(place: unknown, [first = [], ...leftOut]: Row): Figure {
  if (!has(place, first[0]!)) return undefined;
  const figure = toFigure(readEntry(place, first));
  if (figure === undefined) return undefined;
  return leftOut.reduce((sum, keys) => sum + (toFigure(read(place, ...keys)) ?? 0), figure);
}

/** Whether a place has a name: nearly all rows are of other dialects. */
export function has(place: unknown, name: string): boolean {
  try {
    return name in (place as object);
  } catch {
    return false;
  }
}

/** The first that is known and not 0, which may also stand for what a place does not know. */
export function preferred(figures: readonly Figure[]): Figure {
  const known = figures.filter((figure) => figure !== undefined);
  return known.find((figure) => figure !== 0) ?? known[0];
}

function readEntry(place: unknown, keys: Keys): unknown {
  const at = keys.indexOf("1h");
  if (at < 0) return read(place, ...keys);
  const list = read(place, ...keys.slice(0, at));
  const entry = [read(list, "0"), read(list, "1")].find((one) => read(one, "ttl") === "1h");
  return read(entry, ...keys.slice(at + 1));
}

/** A given value that is no number becomes one that can't be booked. An object is another dialect. */
function toFigure(value: unknown): Figure {
  if (value === undefined || typeof value === "object") return undefined;
  return typeof value === "number" ? value : Number.NaN;
}
