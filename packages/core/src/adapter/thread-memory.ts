import { isTripped } from "../run/snapshot-merge.ts";
import type { Turn } from "../run/turn.ts";
import { signature } from "../signature/sign.ts";
import { withSpending, type GuardRecord } from "./record.ts";

/**
 * What this process knows about a thread beyond its checkpoints: the most that any branch has spent, and a trip that
 * came too late for a checkpoint, because the run was aborted or failed in the same step.
 */
export class ThreadMemory {
  /** The turn as the last run left it: what it has done in the world, and how turns have ended. */
  turn: Turn | undefined;
  #spent: GuardRecord | undefined;
  #trip: { readonly after: string; readonly record: GuardRecord } | undefined;

  /** The most that the thread has spent. */
  get spent(): GuardRecord | undefined {
    return this.#spent;
  }

  /** Keeps the record of a run. `shown` is the record that its state has shown last. */
  keep(record: GuardRecord, shown: GuardRecord | undefined): void {
    this.#spent = withSpending(record, this.#spent);
    const isLate = shown !== undefined && isTripped(record.snapshot);
    this.#trip = isLate ? { after: printOf(shown), record } : undefined;
  }

  /**
   * The record from which a run goes on, if its state shows `record`. A run at an older checkpoint (`isRewound`) has
   * the evidence and the trip of that checkpoint, and the money of the thread: spending never goes down. A state
   * without a record has money and no evidence.
   */
  goOn(record: GuardRecord | undefined, isRewound: boolean): GuardRecord | undefined {
    if (record === undefined) return withSpending(undefined, this.#spent);
    const isLatest = !isRewound && this.#trip?.after === printOf(record);
    return withSpending(isLatest ? this.#trip!.record : record, this.#spent);
  }
}

/** Tells records apart, also if a checkpointer has changed the order of keys. */
function printOf({ snapshot }: GuardRecord): string {
  return signature("", snapshot);
}
