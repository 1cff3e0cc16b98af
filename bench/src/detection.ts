// Judges recorded runs, situations that people reported, and suites of honest runs and loops:
// `npm run bench:detection [-- --json]`. Then it shows what each rule adds. It counts the verdicts on recorded calls.
import { addedByRule, type Groups } from "./added.ts";
import { casesFolder, hasCases, readCases } from "./cases.ts";
import { untouched, wrongOf, type Expected } from "./expected.ts";
import { firstStop, balanced, presetJudges } from "./judges.ts";
import { measured, type Measure } from "./measure.ts";
import { judgeSeam, seamMeasures, seamRows } from "./on-seam.ts";
import { evilRuns, honestRuns, judgeSuites, suiteMeasures, suiteRows } from "./on-suites.ts";
import { judgeTraces, traceMeasures, traceRow } from "./on-traces.ts";
import { hasTraces, readTraces, tracesFolder, type Label } from "./traces.ts";

const asJson = process.argv.includes("--json");
const missing = (what: string, folder: string) =>
  console.error(`There are no ${what} in ${folder}. The tables leave them out.`);

function print(measures: readonly Measure[], title: string, rows: Record<string, object>): void {
  if (asJson) for (const measure of measures) console.log(JSON.stringify(measure));
  else {
    console.log(title);
    console.table(rows);
  }
}

/** Prints the runs that the default judges wrong. */
function printWrong(wrong: readonly Expected[]): void {
  if (asJson) return;
  for (const { run, stoppedBy } of wrong) {
    const at = firstStop(balanced, run) ?? "never";
    console.log(`  wrong: ${run.id}: stopped at ${at}, expected ${stoppedBy ?? "never"}`);
  }
}

const traces = hasTraces() ? [...readTraces()] : [];
const labelled = (label: Label) => traces.filter((trace) => trace.label === label);
if (traces.length === 0) missing("recorded runs", tracesFolder);
else {
  const { presets, beside } = judgeTraces(traces);
  print(
    presets.flatMap((preset) => traceMeasures(preset, beside)),
    "Recorded and labelled runs",
    Object.fromEntries([...presets, ...beside].map((one) => [one.name, traceRow(one)])),
  );
}

const cases = hasCases() ? readCases() : [];
if (cases.length === 0) missing("reported situations", casesFolder);
else {
  const rightUnder = presetJudges.map(
    (judge) => [judge.name, cases.length - wrongOf(judge, cases).length] as const,
  );
  const all = [`${cases.length}`, (n: number) => n === cases.length] as const;
  print(
    rightUnder.map(([name, right]) =>
      measured(name, "reported situations judged right", right, `of ${cases.length}`, all),
    ),
    "Reported situations",
    Object.fromEntries(rightUnder.map(([name, n]) => [name, { right: `${n} of ${cases.length}` }])),
  );
  printWrong(wrongOf(balanced, cases));
}

const onSuites = judgeSuites();
print(
  onSuites.flatMap(suiteMeasures),
  "Suites: honest runs that guard stopped, loops that it missed",
  suiteRows(onSuites),
);
printWrong(
  onSuites
    .filter(({ preset }) => preset === "balanced")
    .flatMap(({ wronged, missed }) => [...wronged, ...missed]),
);

const onSeam = await judgeSeam();
print(
  onSeam.flatMap(seamMeasures),
  "Suites over the seam: honest runs that guard stopped, loops that it missed",
  seamRows(onSeam),
);

const groups: Groups = {
  loops: labelled("loop").map(({ run }) => ({ run, stoppedBy: Number.POSITIVE_INFINITY })),
  "evil cases": cases.filter(({ stoppedBy }) => stoppedBy !== null),
  "evil twins": evilRuns,
  "legit runs": labelled("legit").map(({ run }) => untouched(run)),
  "honest cases": cases.filter(({ stoppedBy }) => stoppedBy === null),
  "honest runs": honestRuns,
  successes: traces.filter(({ success }) => success === true).map(({ run }) => untouched(run)),
};
const added = addedByRule(groups);
print(
  [...added].flatMap(([rule, stops]) =>
    Object.entries(stops).map(([group, count]): Measure =>
      measured(
        "balanced",
        `${group} stopped by ${rule} alone`,
        count,
        `of ${groups[group]!.length} runs`,
      ),
    ),
  ),
  "Runs that guard stops in time with a rule of `balanced`, and not without the rule",
  Object.fromEntries(added),
);
