import type { MaybePromise } from "../ports/maybe-promise.ts";
import type { Store } from "../ports/store.ts";
import type { Change } from "./change.ts";
import { turnsOf } from "./turns.ts";

/**
 * Reads some keys, calls a pure function for the changes, and writes all of them. If a key has changed meanwhile, it
 * starts again. In one process the transactions of a key take turns.
 *
 * @throws the store's errors
 */
export function transact<T>(
  store: Store,
  keys: readonly string[],
  change: Change<T>,
): MaybePromise<T> {
  return turnsOf(store).take(keys, change);
}
