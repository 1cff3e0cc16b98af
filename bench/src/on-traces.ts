// What guard does to recorded runs, beside simpler rules.
import { others, presetJudges, type Judge } from "./judges.ts";
import { atLeast, atMost, measured, none, type Measure, type Target } from "./measure.ts";
import { emptyTally, tally, type Kind, type Tallies, type Tally } from "./tally.ts";
import type { Trace } from "./traces.ts";

const of = (tallies: Tallies, kind: Kind): Tally => tallies.get(kind) ?? emptyTally();
const share = (part: number, whole: number) => Math.round((1000 * part) / Math.max(whole, 1)) / 10;
const savedShare = (tallies: Tallies) =>
  share(of(tallies, "loop").saved, of(tallies, "loop").calls);

const count =
  (kind: Kind, what: "warned" | "blocked" | "opened" | "stopped") => (tallies: Tallies) =>
    of(tallies, kind)[what];

/** How the runs ended under one judge. */
export interface OnTraces {
  readonly name: string;
  readonly tallies: Tallies;
}

const under = (judges: readonly Judge[], traces: readonly Trace[]): readonly OnTraces[] =>
  judges.map((judge) => ({ name: judge.name, tallies: tally(judge, traces) }));

/** The presets, and simpler rules beside them, over all recorded runs. */
export function judgeTraces(traces: readonly Trace[]): {
  readonly presets: readonly OnTraces[];
  readonly beside: readonly OnTraces[];
} {
  return { presets: under(presetJudges, traces), beside: under(others, traces) };
}

/** The figures of one preset, with those of simpler rules. */
export function traceMeasures(
  { name, tallies }: OnTraces,
  beside: readonly OnTraces[],
): readonly Measure[] {
  const figure = (
    what: string,
    unit: string,
    figureOf: (tallies: Tallies) => number,
    target?: Target,
  ): Measure => ({
    ...measured(name, what, figureOf(tallies), unit, target),
    beside: Object.fromEntries(beside.map((other) => [other.name, figureOf(other.tallies)])),
  });
  const runs = (kind: Kind) => `of ${of(tallies, kind).runs} runs`;
  return [
    figure("loops blocked or opened", runs("loop"), count("loop", "stopped"), atLeast(25)),
    figure("legitimate runs blocked or opened", runs("legit"), count("legit", "stopped"), none),
    figure("bursts warned", runs("burst"), count("burst", "warned")),
    figure("bursts blocked", runs("burst"), count("burst", "blocked"), atMost(8)),
    figure("bursts opened", runs("burst"), count("burst", "opened"), none),
    figure("successes blocked or opened", runs("success"), count("success", "stopped")),
    figure("calls saved in loops", "% of their calls", savedShare),
  ];
}

/** The same as one row of a table. */
export function traceRow({ tallies }: OnTraces) {
  const [loop, legit, burst] = [of(tallies, "loop"), of(tallies, "legit"), of(tallies, "burst")];
  const success = of(tallies, "success");
  return {
    "loops stopped": `${loop.stopped} of ${loop.runs}`,
    opened: loop.opened,
    "calls saved": `${savedShare(tallies)} %`,
    "legit stopped": `${legit.stopped} of ${legit.runs}`,
    "bursts warned": `${burst.warned} of ${burst.runs}`,
    blocked: burst.blocked,
    "opened ": burst.opened,
    "successes stopped": `${share(success.stopped, success.runs)} % of ${success.runs}`,
  };
}
