import { counted } from "../counted.ts";
import { printable } from "../printable.ts";
import { renderTable } from "../render-table.ts";
import { widestName } from "../shown.ts";
import type { Calibration } from "./calibrate.ts";
import type { StillStopped } from "./let-honest-pass.ts";
import type { FigureName } from "./run-figures.ts";
import { shownFigure } from "./shown-figure.ts";

/** A list of runs names so many of them. */
const mostNamed = 5;
/** A table of runs has so many rows. `--json` has all. */
const mostRows = 20;

/** Why guard proposes nothing for honest runs that it stops. */
const reasons: Readonly<Record<StillStopped["why"], string>> = {
  few: "These are too few runs for a proposal (--min-tool-runs).",
  loops:
    "Each change that lets them pass also lets other stopped runs pass. Judge those runs first.",
  effects: "The call acts in the world, so guard proposes no more of it.",
};

/** What a figure is called in a table. */
const figureWords: Readonly<Record<FigureName, string>> = {
  modelCalls: "model calls",
  toolCalls: "tool calls",
  tokens: "tokens",
  usd: "USD",
  wallMs: "time",
};

/** The report of a calibration for people. */
export function renderCalibration(found: Calibration): string {
  return [
    summary(found),
    budgets(found),
    tools(found),
    doubts(found),
    toJudge(found),
    tooFew(found),
    check(found),
  ]
    .filter((part) => part !== "")
    .join("\n");
}

function summary({ runs, honest, toJudge: open }: Calibration): string {
  const rest = open.length === 0 ? "" : `, ${open.length} for you to judge`;
  return `${counted(runs, "run")}: ${honest} honest${rest}\n`;
}

function budgets({ budget }: Calibration): string {
  if (budget.length === 0) return "";
  const head = [
    "budget",
    "runs",
    "median",
    "95th percentile",
    "most",
    "times",
    "limit",
    "would have stopped",
  ];
  const rows = budget.map(({ figure, runs, median, p95, most, factor, limit, wouldStop }) => [
    figureWords[figure],
    runs,
    shownFigure(figure, median),
    shownFigure(figure, p95),
    shownFigure(figure, most),
    factor,
    shownFigure(figure, limit),
    named(wouldStop),
  ]);
  return renderTable(head, rows);
}

function tools({ tools: proposals }: Calibration): string {
  if (proposals.length === 0) return "";
  const rows = proposals.map(({ tool, policy, thresholds, runs, because, letsPass }) => [
    printable(tool, widestName),
    [policy, ...Object.keys(thresholds ?? {})].filter(Boolean).join(", "),
    runs,
    because,
    named(letsPass),
  ]);
  return renderTable(["tool", "declared", "runs", "because", "lets pass"], rows);
}

function doubts({ doubts: all, stillStopped }: Calibration): string {
  const lines = [
    ...all.map(({ proposal: { tool, policy, because, runs }, stops, frees }) => {
      const changes = [
        ...(stops.length === 0 ? [] : [`it stops honest runs (${named(stops)})`]),
        ...(frees.length === 0 ? [] : [`it lets runs pass that guard stops (${named(frees)})`]),
      ];
      return `Not declared: ${printable(tool, widestName)} as ${policy} (${because}, in ${counted(runs, "run")}), because ${changes.join(" and ")}.\n`;
    }),
    ...stillStopped.map(({ tool, rule, runs, why, cure }) => {
      const what = tool === null ? rule : `${rule} of ${printable(tool, widestName)}`;
      const byHand = cure === null ? "" : ` You can declare it yourself: ${cure}`;
      return `guard still stops honest runs (${what}: ${named(runs)}). ${reasons[why]}${byHand}\n`;
    }),
  ];
  return lines.join("");
}

function toJudge({ toJudge: runs }: Calibration): string {
  if (runs.length === 0) return "";
  const head = ["run to judge", "calls", "stopped at", "rule", "tool", "if the run was honest"];
  const rows = runs
    .slice(0, mostRows)
    .map(({ id, calls, at, rule, tool, cure }) => [
      printable(id, widestName),
      calls,
      at ?? "",
      rule ?? "",
      printable(tool ?? "", widestName),
      cure ?? "",
    ]);
  const more =
    runs.length > mostRows ? `and ${runs.length - mostRows} more (--json has all)\n` : "";
  return (
    `${renderTable(head, rows)}${more}` +
    "guard would have stopped these runs, so they count in no proposal. Was a run honest? Say so: --honest ID. Did it loop? --looped ID.\n"
  );
}

function tooFew({ tooFew: figures, thinTools }: Calibration): string {
  return [
    ...figures.map(
      ({ figure, runs, needed }) =>
        `Too little data for a limit of ${figureWords[figure]}: ${runs} of ${needed} honest runs have the figure.\n`,
    ),
    ...thinTools.map(
      ({ tool, shows, runs, needed }) =>
        `Too little data for ${printable(tool, widestName)}: in ${runs} of ${needed} runs ${shows}.\n`,
    ),
  ].join("");
}

function check({ check: { honest, others }, toJudge: open }: Calibration): string {
  const stopped = ({ runs, stoppedBefore, stoppedAfter }: typeof honest, what: string) =>
    `of ${counted(runs, `${what} run`)} guard stops ${stoppedBefore} without this config, ${stoppedAfter} with it`;
  const changed = honest.changed.length === 0 ? "" : ` Look at ${named(honest.changed)}.`;
  const rest =
    others.runs === 0 ? "" : `; ${stopped(others, open.length > 0 ? "other" : "looping")}`;
  return `The same runs again: ${stopped(honest, "honest")}${rest}.${changed}\n`;
}

/** Some ids, and how many more there are. */
function named(ids: readonly string[]): string {
  const first = ids.slice(0, mostNamed).map((id) => printable(id, widestName));
  const more = ids.length > mostNamed ? [`${ids.length - mostNamed} more`] : [];
  return [...first, ...more].join(", ");
}
