import { isTripped } from "../run/snapshot-merge.ts";
import type { Turn } from "../run/turn.ts";
import { signature } from "../signature/sign.ts";
import { withSpending, type GuardRecord } from "./record.ts";

/**
 * What the runs of one thread know of each other beyond what its checkpoints hold, in this process: the most
 * that any branch has spent, and a trip that came too late for a checkpoint, because the run was aborted or
 * has failed in the same step.
 */
export class ThreadMemory {
  /** How its last run has left its turn: what was done in the world, and how turns have ended. */
  turn: Turn | undefined;
  #spent: GuardRecord | undefined;
  #trip: { readonly after: string; readonly record: GuardRecord } | undefined;

  /** The most that the thread has spent. */
  get spent(): GuardRecord | undefined {
    return this.#spent;
  }

  /** A run has come to `record`; `shown` is what its state has shown last. */
  keep(record: GuardRecord, shown: GuardRecord | undefined): void {
    this.#spent = withSpending(record, this.#spent);
    const isLate = shown !== undefined && isTripped(record.snapshot);
    this.#trip = isLate ? { after: printOf(shown), record } : undefined;
  }

  /**
   * What a run goes on from whose state shows `record`. One that was sent to an older checkpoint
   * (`isRewound`) has the evidence and the trip of that checkpoint; what was spent never goes down. A state
   * that shows no record gives money and no evidence.
   */
  goOn(record: GuardRecord | undefined, isRewound: boolean): GuardRecord | undefined {
    if (record === undefined) return withSpending(undefined, this.#spent);
    const isLatest = !isRewound && this.#trip?.after === printOf(record);
    return withSpending(isLatest ? this.#trip!.record : record, this.#spent);
  }
}

/** Tells one record from another, also after a checkpointer has changed the order of keys. */
function printOf({ snapshot }: GuardRecord): string {
  return signature("", snapshot);
}
