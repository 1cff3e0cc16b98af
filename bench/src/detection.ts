// What each preset does to recorded and labelled runs: `npm run bench:detection [-- --json]`.
import { presets, type PresetName } from "@guard/core";
import { replay } from "@guard/core/replay";
import { hasTraces, readTraces, tracesFolder, type Label } from "./traces.ts";

const labels: readonly Label[] = ["loop", "burst", "ambiguous", "legit"];

/** What became of the runs of one kind. */
interface Tally {
  runs: number;
  untouched: number;
  warned: number;
  blocked: number;
  opened: number;
}

function measure(preset: PresetName): Map<string, Tally> {
  const tallies = new Map<string, Tally>();
  for (const { run, source, success, label } of readTraces()) {
    const { rule, warned, blocked, opened } = replay(run, { preset });
    const kinds = [label, success === true ? `success in ${source}` : undefined];
    for (const kind of kinds) {
      if (kind === undefined) continue;
      const tally = tallies.get(kind) ?? {
        runs: 0,
        untouched: 0,
        warned: 0,
        blocked: 0,
        opened: 0,
      };
      tallies.set(kind, tally);
      tally.runs += 1;
      if (rule === null) tally.untouched += 1;
      if (warned !== null) tally.warned += 1;
      if (blocked !== null) tally.blocked += 1;
      if (opened !== null) tally.opened += 1;
    }
  }
  return tallies;
}

if (!hasTraces()) {
  console.error(`There are no recorded runs in ${tracesFolder}: nothing to measure.`);
} else {
  const isJson = process.argv.includes("--json");
  for (const preset of Object.keys(presets) as PresetName[]) {
    const tallies = measure(preset);
    const sources = [...tallies.keys()].filter((kind) => kind.startsWith("success"));
    const rows = [...labels, ...sources].flatMap((kind) => {
      const tally = tallies.get(kind);
      return tally === undefined ? [] : [[kind, tally] as const];
    });
    if (isJson) {
      for (const [kind, { runs, ...counts }] of rows) {
        for (const [what, value] of Object.entries(counts)) {
          const row = { measure: `${preset}: ${kind} ${what}`, value, unit: `of ${runs} runs` };
          console.log(JSON.stringify(row));
        }
      }
    } else {
      console.log(`\n${preset}`);
      console.table(Object.fromEntries(rows));
    }
  }
}
