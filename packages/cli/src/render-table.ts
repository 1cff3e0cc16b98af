import Table from "cli-table3";
import { plain, type Paint } from "./paint.ts";

const frame =
  "top top-mid top-left top-right bottom bottom-mid bottom-left bottom-right left left-mid mid mid-mid right right-mid middle";

const frameless = Object.fromEntries(frame.split(" ").map((part) => [part, ""]));

/** A cell; a text may span several columns. */
export type Cell = string | number | { readonly content: string; readonly colSpan: number };

/** Renders rows below a head, without frames: a person can copy a cell, and a program can split a line. */
export function renderTable(
  head: readonly string[],
  rows: readonly (readonly Cell[])[],
  paint: Paint = plain,
): string {
  const table = new Table({
    head: [...head],
    style: { head: [], border: [], "padding-left": 0, "padding-right": 2 },
    chars: frameless,
  });
  table.push(...rows.map((row) => [...row]));
  return table
    .toString()
    .split("\n")
    .map((line) => line.trimEnd())
    .map((line, at) => `${at === 0 ? paint("bold", line) : line}\n`)
    .join("");
}
