import { andThen, type MaybePromise } from "../ports/maybe-promise.ts";
import type { Random } from "../ports/random.ts";
import type { Store, Versioned } from "../ports/store.ts";
import type { Wait } from "../ports/wait.ts";
import type { Job } from "./change.ts";
import { readAll } from "./read-all.ts";
import { writeJobs } from "./write-jobs.ts";

/** How the writers of several processes make way for each other. */
export interface Pace {
  readonly wait: Wait;
  readonly random: Random;
}

/** Writes that a store refuses in a row though no version has changed: it is broken, not busy. */
const maxRefusals = 20;

/** The longest that a writer makes way. Longer, and those that have waited lose to those that come. */
const maxWaitMs = 250;

/** How long a writer makes way after it has lost so often: anything up to twice as long each time. */
export function backOffMs(losses: number, random: Random): number {
  return random() * Math.min(2 ** losses, maxWaitMs);
}

/**
 * Reads the keys of some jobs, and writes all that they say in one step: it posts where the store can, else it compares and
 * sets. It begins anew as long as other processes change meanwhile what the jobs rely upon, since each time one of
 * them has got on. Over a store that answers at once it tries again at once, over another it makes way first.
 *
 * @throws what the store throws, and if the store refuses though no key has changed
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
      throw new Error("the store refuses to write what has not changed");
    return andThen(writeJobs(store, jobs, found), (isDone) => ({ isDone, found, refusals }));
  });
}

function isSame(a: ReadonlyMap<string, Versioned>, b: ReadonlyMap<string, Versioned>): boolean {
  return a.size === b.size && [...a].every(([key, { version }]) => b.get(key)?.version === version);
}
