import type { Expected } from "./expected.ts";
import { balanced, firstStop, withoutOneRule, type Judge } from "./judges.ts";

/** Runs by what they are, such as "loops". */
export type Groups = Readonly<Record<string, readonly Expected[]>>;

/** The number of runs in each group that guard stops in time with a rule, and not without the rule. */
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

/** Where guard must leave a run alone, a stop at any call counts. */
function stopsInTime(judge: Judge, { run, stoppedBy }: Expected): boolean {
  const at = firstStop(judge, run);
  return at !== null && at <= (stoppedBy ?? Number.POSITIVE_INFINITY);
}
