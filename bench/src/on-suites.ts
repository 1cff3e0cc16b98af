// Judges the suites: honest runs that guard must leave alone, and loops that look like them.
import { suites, type Suite } from "guard-test-support/suites";
import { untouched, wrongOf, type Expected } from "./expected.ts";
import { presetJudges } from "./judges.ts";
import { measured, none, type Measure } from "./measure.ts";

/** All runs of the suites: those that guard must leave alone, and those that guard must stop. */
export const honestRuns: readonly Expected[] = suites.flatMap(({ honest }) =>
  honest.map(untouched),
);
export const evilRuns: readonly Expected[] = suites.flatMap(({ evil }) => evil);

/** One suite under one preset. */
export interface OnSuite {
  readonly suite: Suite;
  readonly preset: string;
  readonly wronged: readonly Expected[];
  readonly missed: readonly Expected[];
}

/** All suites under all presets, suite by suite. */
export function judgeSuites(): readonly OnSuite[] {
  return suites.flatMap((suite) =>
    presetJudges.map((judge) => ({
      suite,
      preset: judge.name,
      wronged: wrongOf(judge, suite.honest.map(untouched)),
      missed: wrongOf(judge, suite.evil),
    })),
  );
}

/** The figures of one suite under one preset. */
export function suiteMeasures({ suite, preset, wronged, missed }: OnSuite): readonly Measure[] {
  const { kind, honest, evil } = suite;
  return [
    measured(
      preset,
      `${kind}: honest runs stopped`,
      wronged.length,
      `of ${honest.length} runs`,
      none,
    ),
    measured(preset, `${kind}: evil twins missed`, missed.length, `of ${evil.length} runs`, none),
  ];
}

/** A row for each kind: wrong stops and missed twins under each preset. */
export function suiteRows(all: readonly OnSuite[]): Record<string, Record<string, string>> {
  const rows: Record<string, Record<string, string>> = {};
  for (const { suite, preset, wronged, missed } of all) {
    rows[suite.kind] = {
      ...rows[suite.kind],
      [`${preset}: stopped`]: `${wronged.length} of ${suite.honest.length}`,
      [`${preset}: missed`]: `${missed.length} of ${suite.evil.length}`,
    };
  }
  return rows;
}
