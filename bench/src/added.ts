import type { Expected } from "./expected.ts";
import { balanced, firstStop, withoutOneRule, type Judge } from "./judges.ts";

/** Runs by what they are, such as "loops". */
export type Groups = Readonly<Record<string, readonly Expected[]>>;

/** How many runs of each group one rule alone stops in time: with it they are stopped, without it they are not. */
export type Added = Readonly<Record<string, number>>;

/** What each rule of the default adds to the others. */
export function addedByRule(groups: Groups): ReadonlyMap<string, Added> {
  const stopped = Object.entries(groups).map(
    ([group, runs]) => [group, runs.filter((run) => stopsInTime(balanced, run))] as const,
  );
  return new Map(
    withoutOneRule.map((without) => [
      without.name,
      Object.fromEntries(
        stopped.map(([group, runs]) => [
          group,
          runs.filter((run) => !stopsInTime(without, run)).length,
        ]),
      ),
    ]),
  );
}

/** A run that should not be stopped at all is stopped at any call. */
function stopsInTime(judge: Judge, { run, stoppedBy }: Expected): boolean {
  const at = firstStop(judge, run);
  return at !== null && at <= (stoppedBy ?? Number.POSITIVE_INFINITY);
}
