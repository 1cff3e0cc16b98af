import type { Snapshot } from "../vocabulary/snapshot.ts";
import { readRecord, type GuardRecord } from "./record.ts";
import type { ThreadMemory } from "./thread-memory.ts";
import type { Turn } from "../run/turn.ts";
import { idOf, type Threads } from "./threads.ts";

/** The thread of a run: what the run goes on from, and where it leaves what it has come to. */
export class RunThread {
  /** Whether the run was sent to an older checkpoint of its thread. */
  isRewound = false;
  /** What checkpointers have thrown when they were read, and what was wrong with records. */
  readonly faults: unknown[] = [];
  readonly #threads: Threads | undefined;
  #kept: ThreadMemory | undefined;
  /** The thread by its name alone: a run that goes on in a tool has not heard of its checkpointer. */
  #named: ThreadMemory | undefined;
  #id: string | undefined;
  /** What the state has shown last, and the record that it is. */
  #seen: unknown;
  /** What is wrong with what it has shown last. */
  #unreadable: Error | undefined;
  #shown: GuardRecord | undefined;
  #from: GuardRecord | undefined;
  #hasBegun = false;

  /** @param threads those of a registry; anything else has begun before, and goes on without a record */
  constructor(threads: Threads | undefined) {
    this.#threads = threads;
  }

  /** The thread's id, where the run has one. */
  get id(): string | undefined {
    return this.#id;
  }

  /** How the thread's last run in this process has left its turn. */
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
   * A state shows this record: before anything has been asked for, the run goes on from that. Anything else is a fault:
   * nothing tells what the thread has spent, or whether it was stopped.
   */
  restore(shown: unknown): void {
    if (shown === undefined || shown === null || shown === this.#seen) return;
    this.#seen = shown;
    // Later on the run itself has written it.
    if (this.#hasBegun) this.#shown = shown as GuardRecord;
    else this.#read(shown);
  }

  /**
   * Refuses to go on from nothing where the state has shown something.
   *
   * @throws {SnapshotError} where what it has shown last is no record
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

  /** Something is asked for. Gives what the run goes on from. */
  begin(): Snapshot | undefined {
    this.#hasBegun = this.#unreadable === undefined;
    const thread = this.#kept ?? this.#named;
    this.#from = thread === undefined ? this.#shown : thread.goOn(this.#shown, this.isRewound);
    return this.#from?.snapshot;
  }

  /** What an earlier run of the thread has left, once this one has begun. */
  get from(): GuardRecord | undefined {
    return this.#hasBegun ? this.#from : this.#shown;
  }

  /** Keeps in this process what the run has come to, for later runs of its thread. */
  keep(record: GuardRecord): void {
    for (const thread of new Set([this.#kept, this.#named])) thread?.keep(record, this.#shown);
  }
}
