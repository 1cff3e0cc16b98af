import type { MaybePromise } from "./maybe-promise.ts";

/** A stored value with the version that `compareAndSet` has to name. */
export interface Versioned {
  readonly value: string;
  readonly version: number;
}

/** One value to be written. */
export interface Write {
  readonly key: string;
  /** The version that the key must still have; `undefined`: there must be no value. */
  readonly expected: number | undefined;
  readonly value: string;
  /**
   * Milliseconds since the epoch from which on the value is gone; a moment that has passed already
   * removes it.
   */
  readonly expiresAt: number;
  /**
   * A moment before `expiresAt`, from which on a store that needs room may forget the value. Default: it must
   * be kept until it expires.
   */
  readonly neededUntil?: number;
}

/**
 * Where breakers that have a name, and accounts that runs share, keep what must outlive the process. This
 * file is the contract; every store passes the same tests.
 *
 * - Constructing a store writes nothing.
 * - Values are opaque text. A store neither parses nor changes them.
 * - A store forgets what has expired and, for room, what is not needed any more; nothing else. Where it has
 *   no room for another value it throws.
 * - A store may throw or reject: the breaker then goes on with what it knows and says so in a
 *   `port-error` event.
 */
export interface Store {
  /** The value under `key`, or `undefined` where it is missing or has expired. */
  get(key: string): MaybePromise<Versioned | undefined>;

  /**
   * Writes all of `writes` if each of their keys still has the version that is expected, and answers `true`
   * to that one writer; or none of them, and answers `false`. No reader ever sees a part of them. The keys
   * differ.
   */
  compareAndSet(writes: readonly Write[]): MaybePromise<boolean>;

  /** The live keys that start with `prefix`, in no order; may be a moment old. */
  list(prefix: string): MaybePromise<readonly string[]>;

  /** Frees what the store holds open. Using it afterwards is an error of the caller. */
  close(): MaybePromise<void>;
}
