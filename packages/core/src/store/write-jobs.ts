import { andThen, type MaybePromise } from "../ports/maybe-promise.ts";
import type { Store, StorePosting, Versioned, Write } from "../ports/store.ts";
import type { Job, KeyChange } from "./change.ts";
import { added, readFigures } from "./figures.ts";

/**
 * Runs the jobs one after the other: each sees what the jobs before it write. Writes all changes in one step, or
 * nothing if another process has changed a key. Returns whether it has written.
 */
export function writeJobs(
  store: Store,
  jobs: readonly Job[],
  found: ReadonlyMap<string, Versioned>,
): MaybePromise<boolean> {
  const values = new Map([...found].map(([key, { value }]) => [key, value]));
  const changes: KeyChange[] = [];
  let unapplied: readonly KeyChange[] = [];
  for (const job of jobs) {
    apply(values, unapplied);
    unapplied = job.writes(values);
    changes.push(...unapplied);
  }
  if (changes.length === 0) return true;
  if (store.post !== undefined && changes.every(isPosting)) {
    return andThen(store.post(changes), (figures) => figures !== undefined);
  }
  apply(values, unapplied);
  const last = new Map(changes.map((change) => [change.key, change]));
  return store.compareAndSet(
    [...last.values()].map(({ key, expiresAt, neededUntil }): Write => {
      const until = neededUntil === undefined ? {} : { neededUntil };
      const value = values.get(key) ?? "";
      return { key, value, expiresAt, ...until, expected: found.get(key)?.version };
    }),
  );
}

function apply(values: Map<string, string>, changes: readonly KeyChange[]): void {
  for (const change of changes) {
    const { key } = change;
    if (change.expiresAt === 0) values.delete(key);
    else if (isPosting(change))
      values.set(key, JSON.stringify(added(readFigures(values.get(key)), change)));
    else values.set(key, change.value);
  }
}

function isPosting(change: KeyChange): change is StorePosting {
  return "add" in change;
}
