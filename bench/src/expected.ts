import type { RecordedRun } from "@guard/core/replay";
import { firstStop, type Judge } from "./judges.ts";

/** A recorded run, and where guard should stop it. */
export interface Expected {
  readonly run: RecordedRun;
  /** A judge must refuse or stop the run at this call (1-based) or earlier. `null`: never. */
  readonly stoppedBy: number | null;
}

/** Whether a judge stops the run where it should. */
function isRight(judge: Judge, { run, stoppedBy }: Expected): boolean {
  const at = firstStop(judge, run);
  return stoppedBy === null ? at === null : at !== null && at <= stoppedBy;
}

/** The runs that a judge does not stop where it should. */
export const wrongOf = (judge: Judge, runs: readonly Expected[]): readonly Expected[] =>
  runs.filter((expected) => !isRight(judge, expected));

/** A run that guard must leave alone. */
export const untouched = (run: RecordedRun): Expected => ({ run, stoppedBy: null });
