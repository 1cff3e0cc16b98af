import { shownFigure } from "./shown-figure.ts";
import { figureNames, type FigureName, type RunFigures } from "./run-figures.ts";

/** A limit of a run, and the figures that it comes from. */
export interface BudgetProposal {
  readonly figure: FigureName;
  /** How many runs tell the figure. */
  readonly runs: number;
  readonly median: number;
  readonly p95: number;
  readonly most: number;
  readonly factor: number;
  readonly limit: number;
  /** Where the limit comes from, for people. */
  readonly because: string;
  /** The runs that used more. */
  readonly wouldStop: readonly string[];
}

/** What one run used. */
export interface Used {
  readonly id: string;
  readonly figures: RunFigures;
  /** A person says that the run was honest: the limit is at least half as much again. */
  readonly isSurelyHonest: boolean;
}

/** From so many runs on, the 95th percentile hardly moves with another run. */
const manyRuns = 100;
const [factorOfMany, factorOfFew] = [2, 3];

/** So much more than an honest run used leaves room for the estimate of a call. */
const roomForHonest = 1.5;

/** A shorter limit would stop a run for a slow network. */
const leastWallMs = 60_000;

/**
 * A limit for each figure that at least `minRuns` honest runs tell: their 95th percentile, times 2; times 3 for less than
 * 100 runs.
 *
 * @param all every run, to list those that the limit would have stopped
 */
export function proposeBudget(
  honest: readonly Used[],
  all: readonly Used[],
  minRuns: number,
): readonly BudgetProposal[] {
  return figureNames.flatMap((figure) => {
    const told = honest.filter(({ figures }) => (figures[figure] ?? 0) > 0);
    if (told.length < minRuns) return [];
    const values = told.map(({ figures }) => figures[figure]!).toSorted((a, b) => a - b);
    const p95 = percentile(values, 0.95);
    const factor = told.length >= manyRuns ? factorOfMany : factorOfFew;
    const sure = told.filter(({ isSurelyHonest }) => isSurelyHonest);
    const used = Math.max(0, ...sure.map(({ figures }) => figures[figure]!));
    const [needed, because] = [
      [
        p95 * factor,
        `95th percentile of ${told.length} runs: ${shownFigure(figure, p95)}, times ${factor}`,
      ],
      [
        used * roomForHonest,
        `an honest run used ${shownFigure(figure, used)}; times ${roomForHonest}`,
      ],
      [figure === "wallMs" ? leastWallMs : 0, "at least one minute"],
    ].reduce<readonly [number, string]>(
      (most, [value, why]) =>
        (value as number) > most[0] ? [value as number, why as string] : most,
      [0, ""],
    );
    const limit = roundUp(needed, figure);
    const wouldStop = all.filter(({ figures }) => (figures[figure] ?? 0) > limit);
    return [
      {
        figure,
        runs: told.length,
        median: percentile(values, 0.5),
        p95,
        most: values.at(-1)!,
        factor,
        limit,
        because,
        wouldStop: wouldStop.map(({ id }) => id),
      },
    ];
  });
}

/** The smallest value that this share of all values does not exceed. */
function percentile(sorted: readonly number[], share: number): number {
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)]!;
}

/** Rounds up to two digits, so that people can read the limit. Times become whole seconds. */
function roundUp(value: number, figure: FigureName): number {
  const unit = figure === "wallMs" ? 1_000 : 1;
  const digits = 10 ** (Math.floor(Math.log10(value / unit)) - 1);
  const step = figure === "usd" ? digits : Math.max(1, digits);
  // Sums of decimal fractions have rounding errors: without the hint, 0.3 would become 0.31.
  const rounded = Math.ceil(value / unit / step - 1e-9) * step * unit;
  return figure === "usd" ? Number(rounded.toPrecision(2)) : Math.round(rounded);
}
