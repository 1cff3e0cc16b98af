import type { Registry } from "@guard/core";
import { setBounded, ThreadMemory } from "@guard/core/adapter";
import { recordIn, type GuardRecord } from "./record.ts";

/** Where checkpoints are read: the little of a checkpointer that is needed here. */
export interface CheckpointReader {
  list(
    config: { configurable: { thread_id: string; checkpoint_ns: string } },
    options: { limit: number },
  ): AsyncIterable<{ checkpoint: { channel_values: Record<string, unknown> } }>;
}

type Thread = ThreadMemory<GuardRecord>;

const maxThreads = 1_000;

/** The newest checkpoint may be that of a fork, which tells nothing of other branches: so many are read. */
const maxCheckpoints = 100;

/** The threads of the runs of one registry, by the checkpointers that keep them. */
export class Threads {
  /** Where threads are read that another process has run. */
  readonly #read = new Set<CheckpointReader>();
  readonly #threads = new WeakMap<object, Map<string, Thread>>();

  read(checkpointer: CheckpointReader): void {
    this.#read.add(checkpointer);
  }

  /** A thread by the id that its config names; `undefined` where it names none. */
  in(checkpointer: object, named: unknown): Thread | undefined {
    const id = idOf(named);
    if (id === undefined) return undefined;
    const threads = this.#threads.get(checkpointer) ?? new Map<string, Thread>();
    this.#threads.set(checkpointer, threads);
    const thread = threads.get(id) ?? new ThreadMemory<GuardRecord>();
    setBounded(threads, id, thread, maxThreads);
    return thread;
  }

  /** Reads what a thread has spent, where that is not known yet. */
  async load(named: unknown): Promise<void> {
    const id = idOf(named);
    if (id === undefined) return;
    for (const checkpointer of this.#read) {
      const thread = this.in(checkpointer, id);
      if (thread === undefined || thread.spent !== undefined) continue;
      const configurable = { thread_id: id, checkpoint_ns: "" };
      const newest = checkpointer.list({ configurable }, { limit: maxCheckpoints });
      for await (const { checkpoint } of newest) {
        const record = recordIn(checkpoint.channel_values);
        if (record !== undefined) thread.keep(record, undefined);
      }
    }
  }
}

function idOf(named: unknown): string | undefined {
  return typeof named === "string" || typeof named === "number" ? `${named}` : undefined;
}

const threads = new WeakMap<Registry, Threads>();

/** The threads of all runs of one registry. */
export function threadsOf(registry: Registry): Threads {
  const known = threads.get(registry) ?? new Threads();
  threads.set(registry, known);
  return known;
}
