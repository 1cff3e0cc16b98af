// What guard does to recorded and labelled runs, beside simpler rules:
// `npm run bench:detection [-- --json]`. Counted are verdicts that a recorded call meets.
import { others, presetJudges, withoutOneRule, type Judge } from "./judges.ts";
import { emptyTally, tally, type Kind, type Tallies, type Tally } from "./tally.ts";
import { hasTraces, readTraces, tracesFolder, type Trace } from "./traces.ts";

/** One measured figure; with a target where it has one. */
interface Measure {
  readonly measure: string;
  readonly value: number;
  readonly unit: string;
  readonly target?: string;
  readonly holds?: boolean;
  readonly beside?: Readonly<Record<string, number>>;
}

const of = (tallies: Tallies, kind: Kind): Tally => tallies.get(kind) ?? emptyTally();
const share = (part: number, whole: number) => Math.round((1000 * part) / Math.max(whole, 1)) / 10;
const savedShare = (tallies: Tallies) =>
  share(of(tallies, "loop").saved, of(tallies, "loop").calls);

function measures(name: string, tallies: Tallies, beside: ReadonlyMap<string, Tallies>): Measure[] {
  const [loop, legit, burst] = [of(tallies, "loop"), of(tallies, "legit"), of(tallies, "burst")];
  const isDefault = name === "balanced";
  const judged = (value: number, target: string, holds: boolean) =>
    isDefault ? { value, target, holds } : { value };
  const besides = (figure: (tallies: Tallies) => number) => ({
    beside: Object.fromEntries([...beside].map(([other, its]) => [other, figure(its)])),
  });
  return [
    {
      measure: `${name}: loops blocked or opened`,
      unit: `of ${loop.runs} runs`,
      ...judged(loop.stopped, "at least 25", loop.stopped >= 25),
      ...besides((its) => of(its, "loop").stopped),
    },
    {
      measure: `${name}: legitimate runs blocked or opened`,
      unit: `of ${legit.runs} runs`,
      ...judged(legit.stopped, "0", legit.stopped === 0),
      ...besides((its) => of(its, "legit").stopped),
    },
    { measure: `${name}: bursts warned`, value: burst.warned, unit: `of ${burst.runs} runs` },
    {
      measure: `${name}: bursts blocked`,
      unit: `of ${burst.runs} runs`,
      ...judged(burst.blocked, "at most 8", burst.blocked <= 8),
    },
    {
      measure: `${name}: bursts opened`,
      unit: `of ${burst.runs} runs`,
      ...judged(burst.opened, "0", burst.opened === 0),
      ...besides((its) => of(its, "burst").opened),
    },
    {
      measure: `${name}: calls saved in loops`,
      value: savedShare(tallies),
      unit: "% of their calls",
      ...besides(savedShare),
    },
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
