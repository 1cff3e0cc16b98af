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

/** Whole numbers by name; one that is missing is 0. A value that holds some is their JSON object. */
export type Figures = Readonly<Record<string, number>>;

/** What the sum of some figures of a key must not pass. */
export interface SumLimit {
  readonly sumOf: readonly string[];
  readonly atMost: number;
}

/** What is added to the figures of one key. */
export interface StorePosting {
  readonly key: string;
  /** What is added to each figure. A figure that comes to 0 is removed. */
  readonly add: Figures;
  /** What must hold once it is added; default: nothing has to. */
  readonly max?: readonly SumLimit[];
  /** Figures that are removed, whatever they are. */
  readonly drop?: readonly string[];
  /** As in `Write`: from then on all figures of the key are gone. */
  readonly expiresAt: number;
  /** As in `Write`. */
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

  /**
   * Adds all of `postings`, in their order, in one step, and answers with the figures of each key as they
   * are after its last posting, by key; or adds none of them and answers `undefined`, because one of them would pass a `max`.
   * The value of each key is the JSON object of its figures; `get` and `compareAndSet` see that text. Throws
   * where a key holds anything else. Several postings may have one key.
   *
   * A store may leave this out: guard then reads, adds and compares. A store whose engine can do it in
   * one step (a script, a transaction) saves the processes that share an account from getting in each other's way.
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

  /** The live keys that start with `prefix`, in no order; may be a moment old. */
  list(prefix: string): MaybePromise<readonly string[]>;

  /** Frees what the store holds open. Using it afterwards is an error of the caller. */
  close(): MaybePromise<void>;
}
