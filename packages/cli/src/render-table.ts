import stringWidth from "fast-string-width";
import { plain, type Paint } from "./paint.ts";

/** A cell; a text may span all columns that follow. */
export type Cell = string | number | { readonly spans: string };

const gap = "  ";

/** Renders rows below a head, without frames: a person can copy a cell, and a program can split a line. */
export function renderTable(
  head: readonly string[],
  rows: readonly (readonly Cell[])[],
  paint: Paint = plain,
): string {
  const texts = [head, ...rows].map((row) => row.map(toText));
  const widths = head.map((_, column) =>
    texts.reduce((widest, row) => Math.max(widest, row[column]?.width ?? 0), 0),
  );
  return texts
    .map((row) =>
      row
        .map((cell, column) => padded(cell, widths[column]!))
        .join(gap)
        .trimEnd(),
    )
    .map((line, at) => `${at === 0 ? paint("bold", line) : line}\n`)
    .join("");
}

interface Text {
  readonly text: string;
  /** How many columns of a terminal the text takes. A text that spans columns makes none wider. */
  readonly width: number;
}

function toText(cell: Cell): Text {
  if (typeof cell === "object") return { text: cell.spans, width: 0 };
  const text = String(cell);
  return { text, width: stringWidth(text) };
}

function padded({ text, width }: Text, widest: number): string {
  return text + " ".repeat(Math.max(widest - width, 0));
}
