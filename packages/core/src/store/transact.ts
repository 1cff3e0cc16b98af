import { andThen, type MaybePromise } from "../ports/maybe-promise.ts";
import type { Store, Versioned, Write } from "../ports/store.ts";

/** Under contention each attempt lets at least one other through, so this is far more than is needed. */
const attempts = 1_000;

/** What a transaction writes and what it comes to. */
export interface Transaction<T> {
  readonly writes: readonly Omit<Write, "expected">[];
  readonly result: T;
}

/**
 * Reads some keys, lets a pure function say what is to be written, and writes all of it unless one of them
 * has changed meanwhile: then it starts anew. The only loop over a store.
 *
 * @throws what the store throws, and if the keys never stop changing
 */
export function transact<T>(
  store: Store,
  keys: readonly string[],
  change: (values: ReadonlyMap<string, string>) => Transaction<T>,
  left: number = attempts,
): MaybePromise<T> {
  if (left === 0) throw new Error(`${keys[0]} kept changing while it was written`);
  return andThen(readAll(store, keys), (found) => {
    const { writes, result } = change(new Map([...found].map(([key, { value }]) => [key, value])));
    if (writes.length === 0) return result;
    const expecting = writes.map((one) => ({ ...one, expected: found.get(one.key)?.version }));
    return andThen(store.compareAndSet(expecting), (won) =>
      won ? result : transact(store, keys, change, left - 1),
    );
  });
}

/** The values that there are, by key. */
export function readAll(
  store: Store,
  keys: readonly string[],
): MaybePromise<ReadonlyMap<string, Versioned>> {
  const found = keys.map((key) => store.get(key));
  const kept = (values: readonly (Versioned | undefined)[]) =>
    new Map(values.flatMap((value, index) => (value ? [[keys[index]!, value] as const] : [])));
  return found.some((value) => value instanceof Promise)
    ? Promise.all(found.map((value) => Promise.resolve(value))).then(kept)
    : kept(found as readonly (Versioned | undefined)[]);
}
