import { andThen, type MaybePromise } from "../ports/maybe-promise.ts";
import type { Store, StorePosting, Versioned, Write } from "../ports/store.ts";
import type { Job, KeyChange } from "./change.ts";
import { added, readFigures } from "./figures.ts";

/**
 * Writes what the jobs say, one after the other, each seeing what those before it have written; all of it in one step, or
 * nothing where another process has changed what they rely upon. Whether it is written is the answer.
 */
export function writeJobs(
  store: Store,
  jobs: readonly Job[],
  found: ReadonlyMap<string, Versioned>,
): MaybePromise<boolean> {
  const values = new Map([...found].map(([key, { value }]) => [key, value]));
  const writes = new Map<string, Write>();
  const changes: KeyChange[] = [];
  for (const change of inOrder(jobs, values)) {
    const { key, expiresAt, neededUntil } = change;
    const value =
      "add" in change ? JSON.stringify(added(readFigures(values.get(key)), change)) : change.value;
    if (expiresAt === 0) values.delete(key);
    else values.set(key, value);
    const until = neededUntil === undefined ? {} : { neededUntil };
    writes.set(key, { key, value, expiresAt, ...until, expected: found.get(key)?.version });
    changes.push(change);
  }
  if (changes.length === 0) return true;
  return store.post !== undefined && changes.every(isPosting)
    ? andThen(store.post(changes), (figures) => figures !== undefined)
    : store.compareAndSet([...writes.values()]);
}

function* inOrder(
  jobs: readonly Job[],
  values: ReadonlyMap<string, string>,
): Generator<KeyChange, void> {
  for (const job of jobs) yield* job.writes(values);
}

function isPosting(change: KeyChange): change is StorePosting {
  return "add" in change;
}
