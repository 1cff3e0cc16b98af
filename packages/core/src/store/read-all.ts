import type { MaybePromise } from "../ports/maybe-promise.ts";
import type { Store, Versioned } from "../ports/store.ts";

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
