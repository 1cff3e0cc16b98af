import { KeptMap } from "../collections/kept-map.ts";
import { readRecord } from "./record.ts";
import { ThreadMemory } from "./thread-memory.ts";

/** Reads checkpoints: the part of a checkpointer that guard needs. */
export interface CheckpointReader {
  list(
    config: { configurable: { thread_id: string; checkpoint_ns: string } },
    options: { limit: number },
  ): AsyncIterable<{ checkpoint: { channel_values: Record<string, unknown> } }>;
}

type RecordReader = (state: unknown) => unknown;

/** How many threads guard remembers that no run uses any more. It forgets the oldest. */
const maxIdle = 1_000;

/** How many checkpoints guard reads: the newest may be one of a fork, and say nothing about other branches. */
const maxCheckpoints = 100;

/** Stands for a checkpointer that guard does not know yet. */
const anyCheckpointer = {};

/** The threads of the runs of one registry, by the checkpointers that keep them. */
export class Threads {
  /** How to find a record in the states of a checkpointer. Other processes may have run its threads. */
  readonly #readers = new Map<CheckpointReader, RecordReader>();
  readonly #threads = new WeakMap<object, KeptMap<ThreadMemory>>();

  /** Tells guard that a checkpointer keeps states of this registry's runs. */
  read(checkpointer: CheckpointReader, recordIn: RecordReader): void {
    this.#readers.set(checkpointer, recordIn);
  }

  /** The thread of a config. `undefined` if the config names no thread. */
  in(named: unknown, checkpointer: object = anyCheckpointer): ThreadMemory | undefined {
    const id = idOf(named);
    if (id === undefined) return undefined;
    const threads = this.#threads.get(checkpointer) ?? new KeptMap<ThreadMemory>(maxIdle);
    this.#threads.set(checkpointer, threads);
    return threads.get(id, () => new ThreadMemory());
  }

  /** Reads what a thread has spent, unless guard knows it. Errors go to `failed`. */
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

/** Keeps the record of a checkpoint. A damaged record does not hide another one. */
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

/** The id of the thread in a config. `undefined` if it names none. */
export function idOf(named: unknown): string | undefined {
  return typeof named === "string" || typeof named === "number" ? `${named}` : undefined;
}
