import { read } from "./read.ts";

export type Figure = number | undefined;
export type Keys = readonly string[];

/** The path of a figure, and the paths to add. */
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

/** The first known figure other than 0: 0 may stand for an unknown figure. */
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

/** A value that is no number becomes NaN. An object is another dialect. */
function toFigure(value: unknown): Figure {
  if (value === undefined || typeof value === "object") return undefined;
  return typeof value === "number" ? value : Number.NaN;
}
