import type { Registry } from "@guard/core";
import { ThreadMemory } from "@guard/core/adapter";
import { recordIn, type GuardRecord } from "./record.ts";

/** Where checkpoints are read: the little of a checkpointer that is needed here. */
export interface CheckpointReader {
  getTuple(config: {
    configurable: { thread_id: string; checkpoint_ns: string };
  }): Promise<{ checkpoint: { channel_values: Record<string, unknown> } } | undefined>;
}

/** What the runs of a thread know of each other beyond what its checkpoints hold. */
export class Threads extends ThreadMemory<GuardRecord> {
  /** Where a thread is read that another process has run. */
  checkpointer: CheckpointReader | undefined;

  /** Reads what a thread has spent, if it is not known yet. */
  async load(thread: string): Promise<void> {
    if (this.spent(thread) !== undefined) return;
    const configurable = { thread_id: thread, checkpoint_ns: "" };
    const newest = await this.checkpointer?.getTuple({ configurable });
    const record = recordIn(newest?.checkpoint.channel_values);
    if (record !== undefined) this.keep(thread, record, undefined);
  }
}

const threads = new WeakMap<Registry, Threads>();

/** The threads of all runs of one registry. */
export function threadsOf(registry: Registry): Threads {
  const known = threads.get(registry) ?? new Threads();
  threads.set(registry, known);
  return known;
}
