import type { StorePosting, Write } from "../ports/store.ts";

/**
 * A value that is set, or figures that are added to. What is added names in `max` what it relies upon: a store that can
 * post then needs no version. An `expiresAt` of 0 removes a value.
 */
export type KeyChange = Omit<Write, "expected"> | StorePosting;

/** What a transaction writes and what it comes to. */
export interface Transaction<T> {
  readonly writes: readonly KeyChange[];
  readonly result: T;
}

/** Says what is to be written, from the values that there are; asked anew whenever these have changed. */
export type Change<T> = (values: ReadonlyMap<string, string>) => Transaction<T>;

/** A change that is to be made to some keys, whatever it comes to. */
export interface Job {
  readonly keys: readonly string[];
  readonly writes: (values: ReadonlyMap<string, string>) => Transaction<unknown>["writes"];
}

/**
 * A change as a job, and what it came to when it was last asked. A change that throws writes nothing, so
 * that it fails alone among those that are written with it.
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
