import type { MaybePromise } from "./maybe-promise.ts";

/** A stored value with the version that `compareAndSet` has to name. */
export interface Versioned {
  readonly value: string;
  readonly version: number;
}

/**
 * Where breakers that have a name keep what must outlive the process. This file is the contract;
 * every store passes the same tests.
 *
 * - Constructing a store writes nothing.
 * - Values are opaque text. A store neither parses nor changes them.
 * - A store may throw or reject: the breaker then goes on with what it knows and says so in a
 *   `port-error` event.
 */
export interface Store {
  /** The value under `key`, or `undefined` where there is none or it has expired. */
  get(key: string): MaybePromise<Versioned | undefined>;

  /**
   * Writes `value` if the key's version still is `expected` (`undefined`: if there is no value), and
   * answers `true` to that one writer. Everyone else gets `false`, and nothing has changed.
   *
   * @param expiresAt milliseconds since the epoch from which on the value is gone; a moment that has
   * passed already removes it.
   */
  compareAndSet(
    key: string,
    expected: number | undefined,
    value: string,
    expiresAt: number,
  ): MaybePromise<boolean>;

  /** The live keys that start with `prefix`, in no order; may be a moment old. */
  list(prefix: string): MaybePromise<readonly string[]>;

  /** Frees what the store holds open. Using it afterwards is an error of the caller. */
  close(): MaybePromise<void>;
}
