import { setBounded } from "./evidence.ts";
import { signature } from "./signature/sign.ts";
import { isTripped, withMoneyOf } from "./snapshot-merge.ts";
import type { Snapshot } from "./snapshot.ts";

/** What an adapter keeps of a run in the state of its thread. */
interface Kept {
  readonly snapshot: Snapshot;
}

const maxThreads = 1_000;

/**
 * What the runs of a thread know of each other beyond what its checkpoints hold, in this process: the most
 * that any branch has spent, and a trip that came too late for a checkpoint, because the run was aborted or
 * has failed in the same step.
 */
export class ThreadMemory<R extends Kept> {
  readonly #spent = new Map<string, R>();
  readonly #trips = new Map<string, { readonly after: string; readonly record: R }>();

  /** The most that a thread has spent. */
  spent(thread: string): R | undefined {
    return this.#spent.get(thread);
  }

  /** A run has come to `record`; `shown` is what its state has shown last. */
  keep(thread: string, record: R, shown: R | undefined): void {
    setBounded(this.#spent, thread, this.#withSpending(thread, record), maxThreads);
    this.#trips.delete(thread);
    if (shown === undefined || !isTripped(record.snapshot)) return;
    setBounded(this.#trips, thread, { after: printOf(shown), record }, maxThreads);
  }

  /**
   * What a run goes on from whose state shows `record`. One that was sent to an older checkpoint
   * (`isRewound`) has the evidence and the trip of that checkpoint; what was spent never goes down.
   */
  goOn(thread: string, record: R, isRewound: boolean): R {
    const trip = this.#trips.get(thread);
    const isLatest = !isRewound && trip?.after === printOf(record);
    return this.#withSpending(thread, isLatest ? trip.record : record);
  }

  #withSpending(thread: string, record: R): R {
    const spent = this.#spent.get(thread);
    if (spent === undefined) return record;
    return { ...record, snapshot: withMoneyOf(record.snapshot, spent.snapshot) };
  }
}

/** Tells one record from another, whatever a checkpointer does to the order of keys. */
function printOf({ snapshot }: Kept): string {
  return signature("", snapshot);
}
