// What guard does to the suites over the seam.
import { presets } from "@guard/core";
import { measured, none, type Measure } from "./measure.ts";
import { seamSuites, type SeamSuite } from "./seam-suites.ts";

/** One suite over the seam under one preset. */
export interface OnSeam {
  readonly kind: string;
  readonly preset: string;
  readonly honest: number;
  readonly evil: number;
  readonly wronged: number;
  readonly missed: number;
}

/** All suites over the seam under all presets. */
export async function judgeSeam(): Promise<readonly OnSeam[]> {
  const all: OnSeam[] = [];
  for (const suite of seamSuites) {
    for (const [name, preset] of Object.entries(presets)) {
      all.push(await judgeOne(suite, name, { preset, warnings: false }));
    }
  }
  return all;
}

async function judgeOne(
  { kind, honest, evil }: SeamSuite,
  preset: string,
  options: Parameters<SeamSuite["honest"][number]>[0],
): Promise<OnSeam> {
  let [wronged, missed] = [0, 0];
  for (const run of honest) if ((await run(options)) !== null) wronged += 1;
  for (const { run, stoppedBy } of evil) {
    const at = await run(options);
    if (at === null || at > stoppedBy) missed += 1;
  }
  return { kind, preset, honest: honest.length, evil: evil.length, wronged, missed };
}

/** The figures of one suite under one preset. */
export function seamMeasures(one: OnSeam): readonly Measure[] {
  const { kind, preset, honest, evil, wronged, missed } = one;
  return [
    measured(preset, `${kind}: honest runs stopped`, wronged, `of ${honest} runs`, none),
    measured(preset, `${kind}: evil twins missed`, missed, `of ${evil} runs`, none),
  ];
}

/** A row for each kind. */
export function seamRows(all: readonly OnSeam[]): Record<string, Record<string, string>> {
  const rows: Record<string, Record<string, string>> = {};
  for (const { kind, preset, honest, evil, wronged, missed } of all) {
    rows[kind] = {
      ...rows[kind],
      [`${preset}: stopped`]: `${wronged} of ${honest}`,
      [`${preset}: missed`]: `${missed} of ${evil}`,
    };
  }
  return rows;
}
