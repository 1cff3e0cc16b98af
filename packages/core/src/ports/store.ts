import type { MaybePromise } from "./maybe-promise.ts";

/** A stored value, with the version that `compareAndSet` needs. */
export interface Versioned {
  readonly value: string;
  readonly version: number;
}

/** One value to write. */
export interface Write {
  readonly key: string;
  /** The version that the key must still have. `undefined`: the key must have no value. */
  readonly expected: number | undefined;
  readonly value: string;
  /** When the value expires, in milliseconds since the epoch. A moment in the past removes the value. */
  readonly expiresAt: number;
  /** From when on a store that needs room may forget the value, in milliseconds since the epoch. Default: `expiresAt`. */
  readonly neededUntil?: number;
}

/** Whole numbers by name. A missing one is 0. A store keeps them as a JSON object. */
export type Figures = Readonly<Record<string, number>>;

/** A limit for the sum of some figures of a key. */
export interface SumLimit {
  readonly sumOf: readonly string[];
  readonly atMost: number;
}

/** What to add to the figures of one key. */
export interface StorePosting {
  readonly key: string;
  /** What to add to each figure. The store removes a figure that becomes 0. */
  readonly add: Figures;
  /** The limits that must hold afterwards. Default: no limit. */
  readonly max?: readonly SumLimit[];
  /** Figures to remove. */
  readonly drop?: readonly string[];
  /** When all figures of the key expire, in milliseconds since the epoch. */
  readonly expiresAt: number;
  /** As in `Write`. */
  readonly neededUntil?: number;
}

/**
 * Keeps the trips of named breakers, and the accounts that runs share, beyond the process. This file is the contract:
 * `storeContract` of `@guard/testing` tests a store that you write yourself.
 *
 * - A store writes nothing when it is constructed.
 * - A value is a text. A store neither parses nor changes it.
 * - A store forgets only values that have expired and, if it needs room, values past `neededUntil`. It throws if it has
 *   no room for another value.
 * - A store may throw or reject. Then the breaker goes on with what it knows, and emits a `port-error` event.
 */
export interface Store {
  /** Returns the value of a key, or `undefined` if it is missing or has expired. */
  get(key: string): MaybePromise<Versioned | undefined>;

  /**
   * Writes all values and returns `true`, if each key still has the expected version. Else writes none and returns `false`.
   * No reader must see a part of the writes. All keys are different.
   */
  compareAndSet(writes: readonly Write[]): MaybePromise<boolean>;

  /**
   * Adds all postings in one step, in their order, and returns the new figures of each key. Adds none and returns
   * `undefined`, if one of them would pass a `max`. Several postings may have the same key. The value of a key is the JSON
   * object of its figures, also for `get` and `compareAndSet`. Throws if a key holds another value.
   *
   * Optional: without it guard reads, adds and calls `compareAndSet`. Implement it if your engine can do it in one step (a
   * script, a transaction): then processes that share an account don't have to try again.
   *
   * @example
   * store.post([
   *   {
   *     key: "account:user:42",
   *     add: { tokens: 900, calls: 1 },
   *     max: [{ sumOf: ["tokens", "held tokens"], atMost: 10_000 }],
   *     expiresAt,
   *   },
   * ]);
   */
  post?(postings: readonly StorePosting[]): MaybePromise<ReadonlyMap<string, Figures> | undefined>;

  /** Returns the keys that start with `prefix` and have not expired, in any order. The list may be a moment old. */
  list(prefix: string): MaybePromise<readonly string[]>;

  /** Frees connections and files. Don't use the store afterwards. */
  close(): MaybePromise<void>;
}
