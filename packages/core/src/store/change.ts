import type { StorePosting, Write } from "../ports/store.ts";

/**
 * Sets a value, or adds to figures. An addition names in `max` the limits that it needs: a store that can post then
 * needs no version. An `expiresAt` of 0 removes a value.
 */
export type KeyChange = Omit<Write, "expected"> | StorePosting;

/** What a transaction writes, and its result. */
export interface Transaction<T> {
  readonly writes: readonly KeyChange[];
  readonly result: T;
}

/** Returns what to write, from the current values. It is called again when these have changed. */
export type Change<T> = (values: ReadonlyMap<string, string>) => Transaction<T>;

/** A change of some keys. */
export interface Job {
  readonly keys: readonly string[];
  readonly writes: (values: ReadonlyMap<string, string>) => Transaction<unknown>["writes"];
}

/**
 * A change as a job, with its latest result. A change that throws writes nothing: the other jobs of the same write go
 * on.
 */
export function jobOf<T>(
  keys: readonly string[],
  change: Change<T>,
): { readonly job: Job; readonly result: () => T } {
  let result!: () => T;
  const writes: Job["writes"] = (values) => {
    try {
      const asked = change(values);
      result = () => asked.result;
      return asked.writes;
    } catch (error) {
      result = () => {
        throw error;
      };
      return [];
    }
  };
  return { job: { keys, writes }, result: () => result() };
}
