import { andThen, type MaybePromise } from "../ports/maybe-promise.ts";
import type { Random } from "../ports/random.ts";
import type { Store, Versioned } from "../ports/store.ts";
import type { Wait } from "../ports/wait.ts";
import type { Job } from "./change.ts";
import { readAll } from "./read-all.ts";
import { writeJobs } from "./write-jobs.ts";

/** How the writers of several processes wait for each other. */
export interface Pace {
  readonly wait: Wait;
  readonly random: Random;
}

/** After so many refused writes in a row without a changed version, the store is broken, not busy. */
const maxRefusals = 20;

/** The longest wait of a writer. With a longer one, waiting writers would lose to new ones. */
const maxWaitMs = 250;

/** How long a writer waits after it has lost so often: a random time, up to twice as long each time. */
export function backOffMs(losses: number, random: Random): number {
  return random() * Math.min(2 ** losses, maxWaitMs);
}

/**
 * Reads the keys of some jobs, and writes all their changes in one step: with `post` if the store has it, else with
 * `compareAndSet`. It starts again as long as other processes change these keys: each time one of them has made
 * progress. It tries again at once on a store in this process, and waits first on others.
 *
 * @throws the store's errors, and an error if the store refuses although no key has changed
 */
export function commit(store: Store, jobs: readonly Job[], pace: Pace): MaybePromise<void> {
  let before: Attempt | undefined;
  for (;;) {
    const tried = attempt(store, jobs, before);
    if (tried instanceof Promise) return commitLater(store, jobs, pace, tried);
    if (tried.isDone) return;
    before = tried;
  }
}

async function commitLater(
  store: Store,
  jobs: readonly Job[],
  pace: Pace,
  first: Promise<Attempt>,
): Promise<void> {
  let tried = await first;
  for (let losses = 1; !tried.isDone; losses += 1) {
    await pace.wait(backOffMs(losses, pace.random));
    tried = await attempt(store, jobs, tried);
  }
}

interface Attempt {
  readonly isDone: boolean;
  readonly found: ReadonlyMap<string, Versioned>;
  /** How often the store has refused the same versions. */
  readonly refusals: number;
}

function attempt(
  store: Store,
  jobs: readonly Job[],
  before: Attempt | undefined,
): MaybePromise<Attempt> {
  return andThen(readAll(store, [...new Set(jobs.flatMap(({ keys }) => keys))]), (found) => {
    const refusals = before !== undefined && isSame(before.found, found) ? before.refusals + 1 : 0;
    if (refusals === maxRefusals)
      throw new Error("the store refuses a write although no key has changed");
    return andThen(writeJobs(store, jobs, found), (isDone) => ({ isDone, found, refusals }));
  });
}

function isSame(a: ReadonlyMap<string, Versioned>, b: ReadonlyMap<string, Versioned>): boolean {
  return a.size === b.size && [...a].every(([key, { version }]) => b.get(key)?.version === version);
}
