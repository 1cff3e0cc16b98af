// What guard does to recorded and labelled runs, beside simpler rules:
// `npm run bench:detection [-- --json]`. It counts verdicts that a recorded call meets.
import { others, presetJudges, withoutOneRule, type Judge } from "./judges.ts";
import { emptyTally, tally, type Kind, type Tallies, type Tally } from "./tally.ts";
import { hasTraces, readTraces, tracesFolder, type Trace } from "./traces.ts";

/** One measured figure. Only the default has targets. */
interface Measure {
  readonly measure: string;
  readonly value: number;
  readonly unit: string;
  readonly target: string | null;
  readonly holds: boolean | null;
  /** The same figure of simpler rules. */
  readonly beside: Readonly<Record<string, number>>;
}

const of = (tallies: Tallies, kind: Kind): Tally => tallies.get(kind) ?? emptyTally();
const share = (part: number, whole: number) => Math.round((1000 * part) / Math.max(whole, 1)) / 10;
const stoppedOf = (kind: Kind) => (tallies: Tallies) => of(tallies, kind).stopped;
const savedShare = (tallies: Tallies) =>
  share(of(tallies, "loop").saved, of(tallies, "loop").calls);

function measures(
  name: string,
  tallies: Tallies,
  beside: ReadonlyMap<string, Tallies>,
): readonly Measure[] {
  const figure = (
    what: string,
    unit: string,
    figureOf: (tallies: Tallies) => number,
    aim?: readonly [target: string, holds: (value: number) => boolean],
  ): Measure => {
    const value = figureOf(tallies);
    const [target, holds] = name === "balanced" && aim !== undefined ? aim : [];
    return {
      measure: `${name}: ${what}`,
      value,
      unit,
      target: target ?? null,
      holds: holds?.(value) ?? null,
      beside: Object.fromEntries([...beside].map(([other, its]) => [other, figureOf(its)])),
    };
  };
  const runs = (kind: Kind) => `of ${of(tallies, kind).runs} runs`;
  return [
    figure("loops blocked or opened", runs("loop"), stoppedOf("loop"), [
      "at least 25",
      (n) => n >= 25,
    ]),
    figure("legitimate runs blocked or opened", runs("legit"), stoppedOf("legit"), [
      "0",
      (n) => n === 0,
    ]),
    figure("bursts warned", runs("burst"), (its) => of(its, "burst").warned),
    figure("bursts blocked", runs("burst"), (its) => of(its, "burst").blocked, [
      "at most 8",
      (n) => n <= 8,
    ]),
    figure("bursts opened", runs("burst"), (its) => of(its, "burst").opened, ["0", (n) => n === 0]),
    figure("calls saved in loops", "% of their calls", savedShare),
  ];
}

function row(tallies: Tallies) {
  const [loop, legit, burst] = [of(tallies, "loop"), of(tallies, "legit"), of(tallies, "burst")];
  return {
    "loops stopped": `${loop.stopped} of ${loop.runs}`,
    opened: loop.opened,
    "calls saved": `${savedShare(tallies)} %`,
    "legit stopped": `${legit.stopped} of ${legit.runs}`,
    "bursts warned": `${burst.warned} of ${burst.runs}`,
    blocked: burst.blocked,
    "opened ": burst.opened,
  };
}

function measured(judges: readonly Judge[], runs: readonly Trace[]): Map<string, Tallies> {
  return new Map(judges.map((judge) => [judge.name, tally(judge, runs)]));
}

if (!hasTraces()) {
  console.error(`There are no recorded runs in ${tracesFolder}: nothing to measure.`);
} else {
  const traces = [...readTraces()];
  const labelled = traces.filter(({ label }) => label !== undefined);
  const beside = measured(others, traces);
  const ours = measured(presetJudges, traces);
  const ablated = measured(withoutOneRule, labelled);
  if (process.argv.includes("--json")) {
    for (const [name, tallies] of [...ours, ...ablated]) {
      for (const figure of measures(name, tallies, beside)) console.log(JSON.stringify(figure));
    }
  } else {
    const whole = [...ours, ...beside].map(([name, tallies]) => {
      const success = of(tallies, "success");
      const stopped = `${share(success.stopped, success.runs)} % of ${success.runs}`;
      return [name, { ...row(tallies), "successes stopped": stopped }];
    });
    const parts = [...ablated].map(([name, tallies]) => [name, row(tallies)]);
    console.table(Object.fromEntries([...whole, ...parts]));
  }
}
