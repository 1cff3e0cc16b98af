import { andThen, type MaybePromise } from "../ports/maybe-promise.ts";
import { systemRandom } from "../ports/random.ts";
import type { Store } from "../ports/store.ts";
import { systemWait } from "../ports/wait.ts";
import { jobOf, type Change, type Job } from "./change.ts";
import { commit, type Pace } from "./commit.ts";

/** How many keys most stores write in one step. */
const maxKeys = 100;

/** Jobs to write in one step, after the earlier jobs on their keys. */
interface Batch {
  readonly jobs: Job[];
  readonly keys: Set<string>;
  hasBegun: boolean;
  readonly done: Promise<void>;
}

/**
 * The only writer of each key of a store in this process. A job begins at once if no other is writing its keys. Else it
 * waits, and one step writes all jobs that wait for the same keys: so many jobs at once cost no more than one after the
 * other. Jobs that wait for a failed write fail with it, so guard does not ask a broken store for each of them.
 */
class Turns {
  readonly #store: Store;
  readonly #pace: Pace;
  /** The latest batch of each key. */
  readonly #last = new Map<string, Batch>();

  constructor(store: Store, pace: Pace) {
    this.#store = store;
    this.#pace = pace;
  }

  take<T>(keys: readonly string[], change: Change<T>): MaybePromise<T> {
    const { job, result } = jobOf(keys, change);
    const ahead = new Set(keys.flatMap((key) => this.#last.get(key) ?? []));
    if (ahead.size > 0) return this.#queue(job, ahead).done.then(result);
    const done = commit(this.#store, [job], this.#pace);
    if (done instanceof Promise) this.#follow({ ...batchOf(done), hasBegun: true }, keys);
    return andThen(done, result);
  }

  /** Lets a job wait, together with jobs for the same keys if their batch has room and has not begun. */
  #queue(job: Job, ahead: ReadonlySet<Batch>): Batch {
    const [first] = ahead;
    if (ahead.size === 1 && !first!.hasBegun && first!.keys.size + job.keys.length <= maxKeys) {
      first!.jobs.push(job);
      this.#claim(first!, job.keys);
      return first!;
    }
    const begin = () => {
      batch.hasBegun = true;
      return commit(this.#store, batch.jobs, this.#pace);
    };
    const batch = batchOf(Promise.all([...ahead].map(({ done }) => done)).then(begin));
    batch.jobs.push(job);
    this.#follow(batch, job.keys);
    return batch;
  }

  #follow(batch: Batch, keys: readonly string[]): void {
    this.#claim(batch, keys);
    const end = () => {
      for (const key of batch.keys) if (this.#last.get(key) === batch) this.#last.delete(key);
    };
    batch.done.then(end, end);
  }

  #claim(batch: Batch, keys: readonly string[]): void {
    for (const key of keys) {
      batch.keys.add(key);
      this.#last.set(key, batch);
    }
  }
}

const batchOf = (done: Promise<void>): Batch => ({
  jobs: [],
  keys: new Set(),
  hasBegun: false,
  done,
});

const turns = new WeakMap<Store, Turns>();

/** The turns of a store in this process. The first caller's options hold. */
export function turnsOf(
  store: Store,
  pace: Pace = { wait: systemWait, random: systemRandom },
): Turns {
  const known = turns.get(store) ?? new Turns(store, pace);
  turns.set(store, known);
  return known;
}
