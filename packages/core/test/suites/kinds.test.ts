// The suites by kind, under the default options: honest runs are left alone, and each evil twin is stopped in time.
import { describe, expect, test } from "vitest";
import { suites } from "../../../../test-support/src/suites/index.ts";
import { replay, type RecordedRun } from "../../src/replay/index.ts";

/** The call (1-based) that is refused first, or at which the run is stopped; infinite where neither happens. */
function firstStop(run: RecordedRun): number {
  const { blocked, opened } = replay(run);
  return Math.min(blocked ?? Number.POSITIVE_INFINITY, opened ?? Number.POSITIVE_INFINITY);
}

test("there are thirteen kinds, of ten honest runs and ten evil twins at least", () => {
  const few = suites.filter(({ honest, evil }) => honest.length < 10 || evil.length < 10);
  expect([suites.length, few.map(({ kind }) => kind)]).toEqual([13, []]);
});

describe("guard refuses nothing in honest runs, and stops none", () => {
  test.for(suites.flatMap(({ honest }) => honest).map((run) => [run.id, run] as const))(
    "%s",
    ([, run]) => {
      expect(firstStop(run)).toBe(Number.POSITIVE_INFINITY);
    },
  );
});

describe("evil twins are stopped in time", () => {
  test.for(
    suites
      .flatMap(({ evil }) => evil)
      .map(({ run, stoppedBy }) => [run.id, run, stoppedBy] as const),
  )("%s", ([, run, stoppedBy]) => {
    expect(firstStop(run)).toBeLessThanOrEqual(stoppedBy);
  });
});
