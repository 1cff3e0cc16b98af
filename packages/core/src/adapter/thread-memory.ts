import { signature } from "../signature/sign.ts";
import { isTripped, withMoneyOf } from "../run/snapshot-merge.ts";
import type { Snapshot } from "../vocabulary/snapshot.ts";

/** What an adapter keeps of a run in the state of its thread. */
interface Kept {
  readonly snapshot: Snapshot;
}

/**
 * What the runs of one thread know of each other beyond what its checkpoints hold, in this process: the most
 * that any branch has spent, and a trip that came too late for a checkpoint, because the run was aborted or
 * has failed in the same step.
 */
export class ThreadMemory<R extends Kept> {
  #spent: R | undefined;
  #trip: { readonly after: string; readonly record: R } | undefined;

  /** The most that the thread has spent. */
  get spent(): R | undefined {
    return this.#spent;
  }

  /** A run has come to `record`; `shown` is what its state has shown last. */
  keep(record: R, shown: R | undefined): void {
    this.#spent = this.#withSpending(record);
    const isLate = shown !== undefined && isTripped(record.snapshot);
    this.#trip = isLate ? { after: printOf(shown), record } : undefined;
  }

  /**
   * What a run goes on from whose state shows `record`. One that was sent to an older checkpoint
   * (`isRewound`) has the evidence and the trip of that checkpoint; what was spent never goes down.
   */
  goOn(record: R, isRewound: boolean): R {
    const isLatest = !isRewound && this.#trip?.after === printOf(record);
    return this.#withSpending(isLatest ? this.#trip!.record : record);
  }

  #withSpending(record: R): R {
    if (this.#spent === undefined) return record;
    return { ...record, snapshot: withMoneyOf(record.snapshot, this.#spent.snapshot) };
  }
}

/** Tells one record from another, whatever a checkpointer does to the order of keys. */
function printOf({ snapshot }: Kept): string {
  return signature("", snapshot);
}
