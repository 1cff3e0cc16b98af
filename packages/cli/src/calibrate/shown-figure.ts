import { shownDuration } from "../shown.ts";
import type { FigureName } from "./run-figures.ts";

/** A figure of a run for people: `4 s`, `0.0060`, `3000`. */
export function shownFigure(figure: FigureName, value: number): string {
  if (figure === "wallMs") return shownDuration(Math.round(value));
  return figure === "usd" ? value.toFixed(4) : String(value);
}
