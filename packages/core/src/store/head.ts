import { after, type MaybePromise } from "../ports/maybe-promise.ts";
import type { Store } from "../ports/store.ts";
import { decodeHead, type Head } from "../snapshot.ts";

/** A trip nobody has come back to is forgotten after a week. */
const keptMs = 7 * 24 * 60 * 60_000;

const attempts = 3;

const keyOf = (name: string) => `breaker:${name}`;

/** The head stored under a breaker's name. Throws what the store throws, and on a foreign value. */
export function loadHead(store: Store, name: string): MaybePromise<Head | undefined> {
  return after(
    () => store.get(keyOf(name)),
    (found) => found && decodeHead(found.value),
    rethrow,
  );
}

/** Writes the head, whatever was there: the last transition is the true one. */
export function saveHead(
  store: Store,
  name: string,
  head: Head,
  now: number,
  left: number = attempts,
): MaybePromise<void> {
  return after(
    () => store.get(keyOf(name)),
    (found) =>
      after(
        () => store.compareAndSet(keyOf(name), found?.version, JSON.stringify(head), now + keptMs),
        (won) => {
          if (won) return;
          if (left <= 1) throw new Error(`${keyOf(name)} kept changing while it was written`);
          return saveHead(store, name, head, now, left - 1);
        },
        rethrow,
      ),
    rethrow,
  );
}

function rethrow(error: unknown): never {
  throw error;
}
