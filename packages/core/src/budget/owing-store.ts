import type { Clock } from "../ports/clock.ts";
import type { Deadline } from "../ports/deadline.ts";
import { after, andThen, type MaybePromise } from "../ports/maybe-promise.ts";
import type { Store } from "../ports/store.ts";
import { LastKnown } from "./last-known.ts";
import type { BookingResult } from "./shared-accounts.ts";
import { watchedStore } from "./watched-store.ts";

/** What happens to accounts. To do it again, where it was done already, changes nothing. */
export type Change = (store: Store) => MaybePromise<BookingResult>;

/** With so many changes that wait for the store, no call is let through any more: nothing is ever forgotten. */
const maxOwed = 10_000;

/**
 * A store that may fail: it is told later, once and in the same order, what it could not be told at once. Until then
 * the balances that this process has last seen stand for it.
 */
export class OwingStore {
  /** What the store would say, as far as this process knows. */
  readonly #known: LastKnown;
  readonly #store: Store;
  readonly #deadline: Deadline;
  readonly #owed: Change[] = [];
  /** Keys whose write came to no answer since the store has failed. */
  readonly #unsure = new Set<string>();
  #catchingUp: Promise<void> | undefined;

  constructor(store: Store, deadline: Deadline, clock: Clock) {
    this.#known = new LastKnown(clock);
    this.#deadline = deadline;
    this.#store = watchedStore(store, deadline, {
      seen: (...seen) => {
        // The store lacks what is owed to it.
        if (!this.isOwing) this.#known.see(...seen);
      },
      unsure: (keys) => keys.forEach((key) => this.#unsure.add(key)),
    });
  }

  /** Whether the store has failed, and was not back since. */
  get isOwing(): boolean {
    return this.#owed.length > 0;
  }

  get isFull(): boolean {
    return this.#owed.length >= maxOwed;
  }

  /** Whether this key may have been written although no answer came. */
  mayHold(key: string): boolean {
    return this.#unsure.has(key);
  }

  /** Tells the store when it is back. */
  owe(...changes: readonly Change[]): void {
    this.#owed.push(...changes);
  }

  /** Changes accounts in the store; `failed` says what holds where that fails. `done` is the change as it was made. */
  change(
    change: Change,
    done: Change,
    failed: (error: unknown) => MaybePromise<BookingResult>,
  ): MaybePromise<BookingResult> {
    return after(
      () => this.#deadline.ask(() => andThen(this.#catchUp(), () => change(this.#store))),
      (result) => {
        // The store has failed others meanwhile: what is known must hold this change too.
        if (this.isOwing && result.limitHit === undefined) void this.meanwhile(done, result);
        return result;
      },
      failed,
    );
  }

  /** Changes what this process knows; `damaged` holds where the store keeps what is no balance. */
  meanwhile(change: Change, damaged: BookingResult): MaybePromise<BookingResult> {
    return after(
      () => change(this.#known),
      (result) => result,
      () => damaged,
    );
  }

  /** Tells the store what it is owed. A second caller waits for the same: nothing is told twice. */
  #catchUp(): MaybePromise<void> {
    if (this.#catchingUp !== undefined) return this.#catchingUp;
    for (let [change] = this.#owed; change !== undefined; [change] = this.#owed) {
      const told = change(this.#store);
      if (told instanceof Promise) return (this.#catchingUp = this.#tellRest(told));
      this.#owed.shift();
    }
    this.#unsure.clear();
  }

  async #tellRest(first: Promise<unknown>): Promise<void> {
    try {
      await first;
      this.#owed.shift();
      for (let [change] = this.#owed; change !== undefined; [change] = this.#owed) {
        await change(this.#store);
        this.#owed.shift();
      }
      this.#unsure.clear();
    } finally {
      this.#catchingUp = undefined;
    }
  }
}
