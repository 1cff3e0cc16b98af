import type { GuardOptions } from "@guard/core";
import type { RecordedRun } from "@guard/core/replay";
import { isHonest, stopOf, type JudgedRun, type Label, type Stop } from "./judged-run.ts";
import { letHonestPass, type StillStopped } from "./let-honest-pass.ts";
import { proposeBudget, type BudgetProposal, type Used } from "./propose-budget.ts";
import { proposePolicies, type ThinTool, type ToolProposal } from "./propose-policies.ts";
import { provePolicies, type Doubt } from "./prove-policies.ts";
import { figureNames, runFigures, type FigureName } from "./run-figures.ts";
import { toolBehaviours } from "./tool-behaviour.ts";
import { withTools } from "./with-tools.ts";

/** What guard proposes for an agent, and what speaks for it. */
export interface Calibration {
  readonly runs: number;
  readonly honest: number;
  /** Runs that guard would have stopped, for a person to judge. They count in no proposal. */
  readonly toJudge: readonly ({ readonly id: string; readonly calls: number } & Stop)[];
  readonly budget: readonly BudgetProposal[];
  /** Figures that too few honest runs tell. */
  readonly tooFew: readonly {
    readonly figure: FigureName;
    readonly runs: number;
    readonly needed: number;
  }[];
  readonly tools: readonly ToolProposal[];
  readonly thinTools: readonly ThinTool[];
  readonly doubts: readonly Doubt[];
  readonly stillStopped: readonly StillStopped[];
  /** What guard does to the same runs, without and with the proposed options. */
  readonly check: {
    readonly honest: Checked;
    readonly others: Checked;
  };
  /** The options to paste. */
  readonly config: Pick<GuardOptions, "budget" | "tools">;
}

interface Checked {
  readonly runs: number;
  readonly stoppedBefore: number;
  readonly stoppedAfter: number;
  /** Runs that guard judges otherwise with the proposed options. */
  readonly changed: readonly string[];
}

export interface CalibrateSettings {
  /** The options that guard judges the runs by. */
  readonly options: GuardOptions;
  readonly honest: ReadonlySet<string>;
  readonly looped: ReadonlySet<string>;
  /** How many runs a budget needs. */
  readonly minRuns: number;
  /** How many runs must show how a tool behaves. */
  readonly minToolRuns: number;
  /** How many runs guard has judged. */
  readonly progress?: (done: number, all: number) => void;
}

/** A run, and what guard has judged already: in a ledger there are no arguments and results to judge by. */
export interface CalibrationRun {
  readonly run: RecordedRun;
  readonly judged?: { readonly stop: Stop | undefined };
}

/** Proposes budgets, policies and thresholds from runs. */
export function calibrate(
  given: readonly CalibrationRun[],
  { options, honest, looped, minRuns, minToolRuns, progress = () => {} }: CalibrateSettings,
): Calibration {
  const labelOf = (id: string): Label | undefined =>
    honest.has(id) ? "honest" : looped.has(id) ? "looped" : undefined;
  const judged = given.map(({ run, judged: known }, index): JudgedRun => {
    progress(index, given.length);
    const stop = known === undefined ? stopOf(run, options) : known.stop;
    return { run, stop, label: labelOf(run.id) };
  });
  const rejudges = given.every(({ judged: known }) => known === undefined);
  const good = judged.filter(isHonest);
  const usedByHonest = used(good);
  const budget = proposeBudget(usedByHonest, used(judged), minRuns);
  const behaviours = rejudges ? toolBehaviours(good.map(({ run }) => run)) : [];
  const isDeclared = (tool: string) => options.tools?.[tool]?.policy !== undefined;
  const { proposals, thin } = proposePolicies(behaviours, isDeclared, minToolRuns);
  const { proven, doubts } = provePolicies(proposals, judged, options);
  const { declared, stillStopped } = rejudges
    ? letHonestPass(judged, options, proven, minToolRuns)
    : { declared: [], stillStopped: [] };
  const tools = merged(declared);
  const config = configOf(budget, tools);
  const after = { ...withTools(options, tools), budget: { ...options.budget, ...config.budget } };
  const isStoppedAfter = ({ run, stop }: JudgedRun) =>
    rejudges ? stopOf(run, after) !== undefined : stop !== undefined || isOver(run, budget);
  return {
    runs: judged.length,
    honest: good.length,
    toJudge: judged.flatMap(({ run, stop, label }) =>
      stop === undefined || label !== undefined
        ? []
        : [{ id: run.id, calls: callsOf(run), ...stop }],
    ),
    budget,
    tooFew: figureNames.flatMap((figure) => {
      const told = usedByHonest.filter(({ figures }) => (figures[figure] ?? 0) > 0).length;
      return told < minRuns ? [{ figure, runs: told, needed: minRuns }] : [];
    }),
    tools,
    thinTools: thin,
    doubts,
    stillStopped,
    check: {
      honest: checked(good, isStoppedAfter),
      others: checked(
        judged.filter((one) => !isHonest(one)),
        isStoppedAfter,
      ),
    },
    config,
  };
}

function used(judged: readonly JudgedRun[]): readonly Used[] {
  return judged.map(({ run, label }) => ({
    id: run.id,
    figures: runFigures(run),
    isSurelyHonest: label === "honest",
  }));
}

function checked(runs: readonly JudgedRun[], isStoppedAfter: (one: JudgedRun) => boolean): Checked {
  const after = runs.map(isStoppedAfter);
  const changed = runs.filter(({ stop }, index) => (stop !== undefined) !== after[index]);
  return {
    runs: runs.length,
    stoppedBefore: runs.filter(({ stop }) => stop !== undefined).length,
    stoppedAfter: after.filter(Boolean).length,
    changed: changed.map(({ run }) => run.id),
  };
}

/** Several declarations about one tool, as one. */
function merged(declared: readonly ToolProposal[]): readonly ToolProposal[] {
  const byTool = new Map<string, ToolProposal>();
  for (const one of declared) {
    const known = byTool.get(one.tool);
    if (known === undefined) byTool.set(one.tool, one);
    else {
      byTool.set(one.tool, {
        ...known,
        ...one,
        ...(known.thresholds === undefined && one.thresholds === undefined
          ? {}
          : { thresholds: { ...known.thresholds, ...one.thresholds } }),
        because: `${known.because}; ${one.because}`,
        letsPass: [...new Set([...known.letsPass, ...one.letsPass])],
      });
    }
  }
  return [...byTool.values()];
}

function configOf(
  budget: readonly BudgetProposal[],
  tools: readonly ToolProposal[],
): Calibration["config"] {
  const limits = Object.fromEntries(budget.map(({ figure, limit }) => [figure, limit]));
  return {
    ...(budget.length === 0 ? {} : { budget: limits }),
    ...(tools.length === 0 ? {} : { tools: withTools({}, tools).tools }),
  };
}

/** Whether a run used more than a limit. A ledger has no arguments, so guard can't judge its runs again. */
function isOver(run: RecordedRun, budget: readonly BudgetProposal[]): boolean {
  return budget.some(({ wouldStop }) => wouldStop.includes(run.id));
}

function callsOf({ events }: RecordedRun): number {
  return events.filter(({ type }) => type === "tool" || type === "handoff").length;
}
