import type { Snapshot } from "../vocabulary/snapshot.ts";
import { readRecord, type GuardRecord } from "./record.ts";
import type { ThreadMemory } from "./thread-memory.ts";
import type { Turn } from "../run/turn.ts";
import { idOf, type Threads } from "./threads.ts";

/** The thread of a run: the record from which the run goes on, and the place for the run's own record. */
export class RunThread {
  /** Whether the run was sent to an older checkpoint of its thread. */
  isRewound = false;
  /** Errors of checkpointers, and faults of records. */
  readonly faults: unknown[] = [];
  readonly #threads: Threads | undefined;
  #kept: ThreadMemory | undefined;
  /** The thread by its name alone: a run that goes on in a tool does not know its checkpointer. */
  #named: ThreadMemory | undefined;
  #id: string | undefined;
  /** The value that the state has shown last, and its record. */
  #seen: unknown;
  /** The fault of that value. */
  #unreadable: Error | undefined;
  #shown: GuardRecord | undefined;
  #from: GuardRecord | undefined;
  #hasBegun = false;

  /** @param threads the threads of a registry. Other sources have none */
  constructor(threads: Threads | undefined) {
    this.#threads = threads;
  }

  /** The thread's id, if the run has a thread. */
  get id(): string | undefined {
    return this.#id;
  }

  /** The turn as the thread's last run in this process left it. */
  get carried(): Turn | undefined {
    return (this.#kept ?? this.#named)?.turn;
  }

  /** Leaves the turn to the next run of the thread. */
  keepTurn(turn: Turn): void {
    for (const thread of new Set([this.#kept, this.#named])) if (thread) thread.turn = turn;
  }

  /** Names the thread, and learns what its other branches have spent. */
  async read(named: unknown): Promise<void> {
    this.#id = idOf(named) ?? this.#id;
    this.#named = this.#threads?.in(named);
    if (this.#named === undefined) return;
    await this.#threads?.load(named, (error) => this.faults.push(error));
  }

  /** A checkpointer keeps the state of the run, and with it what guard writes there. */
  keepIn(named: unknown, checkpointer?: object): void {
    this.#id = idOf(named) ?? this.#id;
    this.#kept = this.#threads?.in(named, checkpointer);
  }

  /** Whether a checkpointer keeps the state of the run. */
  get isKept(): boolean {
    return this.#kept !== undefined;
  }

  /**
   * The state shows this record: the run goes on from it, if it has not asked for anything. Anything but a record is a
   * fault, because guard can't tell what the thread has spent, or whether it was stopped.
   */
  restore(shown: unknown): void {
    if (shown === undefined || shown === null || shown === this.#seen) return;
    this.#seen = shown;
    // Later on the run itself has written it.
    if (this.#hasBegun) this.#shown = shown as GuardRecord;
    else this.#read(shown);
  }

  /**
   * Checks what the state has shown.
   *
   * @throws {SnapshotError} if the last value is no record
   */
  check(): void {
    if (this.#unreadable !== undefined) throw this.#unreadable;
  }

  #read(shown: unknown): void {
    this.#unreadable = undefined;
    try {
      this.#shown = readRecord(shown, "record");
    } catch (error) {
      this.#unreadable = error as Error;
      this.faults.push(error);
    }
  }

  /** The run asks for something. Returns the snapshot from which it goes on. */
  begin(): Snapshot | undefined {
    this.#hasBegun = this.#unreadable === undefined;
    const thread = this.#kept ?? this.#named;
    this.#from = thread === undefined ? this.#shown : thread.goOn(this.#shown, this.isRewound);
    return this.#from?.snapshot;
  }

  /** The record of an earlier run of the thread, once this run has begun. */
  get from(): GuardRecord | undefined {
    return this.#hasBegun ? this.#from : this.#shown;
  }

  /** Keeps the record of this run in this process, for later runs of its thread. */
  keep(record: GuardRecord): void {
    for (const thread of new Set([this.#kept, this.#named])) thread?.keep(record, this.#shown);
  }
}
