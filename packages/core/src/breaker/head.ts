import { andThen, type MaybePromise } from "../ports/maybe-promise.ts";
import type { Store } from "../ports/store.ts";
import { transact } from "../store/transact.ts";
import { decodeHead, type Head } from "../run/snapshot.ts";

/** A trip nobody has come back to is forgotten after a week. */
const keptMs = 7 * 24 * 60 * 60_000;

const keyOf = (name: string) => `breaker:${name}`;

/** The head stored under a breaker's name. Throws what the store throws, and on a foreign value. */
export function loadHead(store: Store, name: string): MaybePromise<Head | undefined> {
  return andThen(store.get(keyOf(name)), (found) => found && decodeHead(found.value));
}

/** Writes the head, whatever was there: the last transition is the true one. */
export function saveHead(store: Store, name: string, head: Head, now: number): MaybePromise<void> {
  const key = keyOf(name);
  const write = { key, value: JSON.stringify(head), expiresAt: now + keptMs };
  return transact(store, [key], () => ({ writes: [write], result: undefined }));
}
