import type { MaybePromise } from "../ports/maybe-promise.ts";
import type { Store } from "../ports/store.ts";
import type { Change } from "./change.ts";
import { turnsOf } from "./turns.ts";

/**
 * Reads some keys, lets a pure function say what is to be written, and writes all of it unless one of them
 * has changed meanwhile: then it starts anew. In one process the transactions of a key take turns.
 *
 * @throws what the store throws
 */
export function transact<T>(
  store: Store,
  keys: readonly string[],
  change: Change<T>,
): MaybePromise<T> {
  return turnsOf(store).take(keys, change);
}
