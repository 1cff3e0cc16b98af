import type { RecordedRun } from "@guard/core/replay";
import { firstStop, type Judge } from "./judges.ts";

/** A recorded run, and what is right about it. */
export interface Expected {
  readonly run: RecordedRun;
  /** The call (1-based) by which it must be refused or stopped; `null`: never. */
  readonly stoppedBy: number | null;
}

/** Whether a judge does what is right. */
function isRight(judge: Judge, { run, stoppedBy }: Expected): boolean {
  const at = firstStop(judge, run);
  return stoppedBy === null ? at === null : at !== null && at <= stoppedBy;
}

/** The runs that a judge gets wrong. */
export const wrongOf = (judge: Judge, runs: readonly Expected[]): readonly Expected[] =>
  runs.filter((expected) => !isRight(judge, expected));

/** A run that must be left alone. */
export const untouched = (run: RecordedRun): Expected => ({ run, stoppedBy: null });
