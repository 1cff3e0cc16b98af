import { KeptMap } from "../collections/kept-map.ts";
import { readRecord } from "./record.ts";
import { ThreadMemory } from "./thread-memory.ts";

/** Where checkpoints are read: the little of a checkpointer that is needed here. */
export interface CheckpointReader {
  list(
    config: { configurable: { thread_id: string; checkpoint_ns: string } },
    options: { limit: number },
  ): AsyncIterable<{ checkpoint: { channel_values: Record<string, unknown> } }>;
}

type RecordReader = (state: unknown) => unknown;

/** Threads that are remembered although no run uses them any more; the oldest go. */
const maxIdle = 1_000;

/** The newest checkpoint may be that of a fork, which tells nothing of other branches: so many are read. */
const maxCheckpoints = 100;

/** Stands for a checkpointer that is not known yet, or where a state is kept by one alone. */
const anyCheckpointer = {};

/** The threads of the runs of one registry, by the checkpointers that keep them. */
export class Threads {
  /** Checkpointers that hold threads which another process has run, and how a record is found in a state. */
  readonly #readers = new Map<CheckpointReader, RecordReader>();
  readonly #threads = new WeakMap<object, KeptMap<ThreadMemory>>();

  /** Says that a checkpointer keeps states of this registry's runs. */
  read(checkpointer: CheckpointReader, recordIn: RecordReader): void {
    this.#readers.set(checkpointer, recordIn);
  }

  /** A thread by the id that its config names; `undefined` where it names none. */
  in(named: unknown, checkpointer: object = anyCheckpointer): ThreadMemory | undefined {
    const id = idOf(named);
    if (id === undefined) return undefined;
    const threads = this.#threads.get(checkpointer) ?? new KeptMap<ThreadMemory>(maxIdle);
    this.#threads.set(checkpointer, threads);
    return threads.get(id, () => new ThreadMemory());
  }

  /** Reads what a thread has spent, where that is not known yet. What can't be read is told to `failed`. */
  async load(named: unknown, failed: (error: unknown) => void): Promise<void> {
    for (const [checkpointer, recordIn] of this.#readers) {
      const threads = [this.in(named, checkpointer), this.in(named)].filter(
        (thread) => thread !== undefined && thread.spent === undefined,
      );
      if (threads.length === 0) continue;
      const configurable = { thread_id: String(named), checkpoint_ns: "" };
      try {
        const newest = checkpointer.list({ configurable }, { limit: maxCheckpoints });
        for await (const { checkpoint } of newest) {
          keepIn(threads, recordIn(checkpoint.channel_values), failed);
        }
      } catch (error) {
        failed(error);
      }
    }
  }
}

/** Keeps a record that a checkpoint holds. One that can't be read hides no other one. */
function keepIn(
  threads: readonly (ThreadMemory | undefined)[],
  found: unknown,
  failed: (error: unknown) => void,
): void {
  try {
    const record = readRecord(found, "record");
    if (record !== undefined) for (const thread of threads) thread?.keep(record, undefined);
  } catch (error) {
    failed(error);
  }
}

/** The id of a thread as a config names it; `undefined` where it names none. */
export function idOf(named: unknown): string | undefined {
  return typeof named === "string" || typeof named === "number" ? `${named}` : undefined;
}
