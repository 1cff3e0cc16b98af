import type { Registry } from "@guard/core";
import { setBounded } from "@guard/core/adapter";
import { recordIn, withSpending, type GuardRecord } from "./record.ts";

/** Where checkpoints are read: the little of a checkpointer that is needed here. */
export interface CheckpointReader {
  getTuple(config: {
    configurable: { thread_id: string; checkpoint_ns: string };
  }): Promise<{ checkpoint: { channel_values: Record<string, unknown> } } | undefined>;
}

const maxThreads = 1_000;

/** The most that each thread has spent, on any of its branches. */
export class Threads {
  /** Where a thread is read that another process has run. */
  checkpointer: CheckpointReader | undefined;
  readonly #spent = new Map<string, GuardRecord>();

  spent(thread: string): GuardRecord | undefined {
    return this.#spent.get(thread);
  }

  keep(thread: string, record: GuardRecord): void {
    const most = withSpending(record, this.#spent.get(thread)) ?? record;
    setBounded(this.#spent, thread, most, maxThreads);
  }

  /** Reads what a thread has spent, if it is not known yet. */
  async load(thread: string): Promise<void> {
    if (this.#spent.has(thread)) return;
    const configurable = { thread_id: thread, checkpoint_ns: "" };
    const newest = await this.checkpointer?.getTuple({ configurable });
    const record = recordIn(newest?.checkpoint.channel_values);
    if (record !== undefined) this.keep(thread, record);
  }
}

const threads = new WeakMap<Registry, Threads>();

/** The threads of all runs of one registry. */
export function threadsOf(registry: Registry): Threads {
  const known = threads.get(registry) ?? new Threads();
  threads.set(registry, known);
  return known;
}
