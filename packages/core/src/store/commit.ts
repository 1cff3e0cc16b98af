import { andThen, type MaybePromise } from "../ports/maybe-promise.ts";
import type { Random } from "../ports/random.ts";
import type { Store, Versioned, Write } from "../ports/store.ts";
import type { Wait } from "../ports/wait.ts";
import type { Job } from "./change.ts";
import { readAll } from "./read-all.ts";

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
 * Reads the keys of some jobs, and writes all that they say in one step; anew as long as other processes
 * change the keys meanwhile, since each time one of them has got on. Over a store that answers at once it
 * tries again at once, over another it makes way first.
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
  readonly writes: readonly Write[];
  /** How often the store has refused the same versions. */
  readonly refusals: number;
}

function attempt(
  store: Store,
  jobs: readonly Job[],
  before: Attempt | undefined,
): MaybePromise<Attempt> {
  return andThen(readAll(store, [...new Set(jobs.flatMap(({ keys }) => keys))]), (found) => {
    const writes = writesOf(jobs, found);
    const refusals =
      before !== undefined && isSame(before.writes, writes) ? before.refusals + 1 : 0;
    if (refusals === maxRefusals)
      throw new Error("the store refuses to write what has not changed");
    const isDone = writes.length === 0 || store.compareAndSet(writes);
    return andThen(isDone, (won) => ({ isDone: won, writes, refusals }));
  });
}

/** What the jobs write one after the other, each seeing what those before it have written. */
function writesOf(jobs: readonly Job[], found: ReadonlyMap<string, Versioned>): readonly Write[] {
  const values = new Map([...found].map(([key, { value }]) => [key, value]));
  const writes = new Map<string, Write>();
  for (const job of jobs) {
    for (const one of job.writes(values)) {
      if (one.expiresAt === 0) values.delete(one.key);
      else values.set(one.key, one.value);
      writes.set(one.key, { ...one, expected: found.get(one.key)?.version });
    }
  }
  return [...writes.values()];
}

function isSame(a: readonly Write[], b: readonly Write[]): boolean {
  return (
    a.length === b.length &&
    a.every(({ key, expected }, at) => key === b[at]!.key && expected === b[at]!.expected)
  );
}
