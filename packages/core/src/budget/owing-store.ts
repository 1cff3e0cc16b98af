import type { Clock } from "../ports/clock.ts";
import type { Deadline } from "../ports/deadline.ts";
import { after, andThen, type MaybePromise } from "../ports/maybe-promise.ts";
import type { Store } from "../ports/store.ts";
import type { Pace } from "../store/commit.ts";
import { turnsOf } from "../store/turns.ts";
import { LastKnown } from "./last-known.ts";
import type { BookingResult } from "./shared-accounts.ts";
import { watchedStore } from "./watched-store.ts";

/** A change of accounts. A second time it changes nothing. */
export type Change = (store: Store) => MaybePromise<BookingResult>;

/** When so many calls wait for the store, no other call passes: guard forgets none. */
const maxOwed = 5_000;

/**
 * A store that may fail. Changes that it could not take are written later, once and in the order of the calls. Until
 * then guard uses the balances that this process has last seen.
 */
export class OwingStore {
  /** The store's values as far as this process knows. */
  readonly #known: LastKnown;
  readonly #store: Store;
  readonly #deadline: Deadline;
  /** The changes of each call, in their order. */
  readonly #owed = new Map<string, readonly Change[]>();
  /** Keys whose write got no answer since the store failed. */
  readonly #unsure = new Set<string>();
  #catchingUp: Promise<void> | undefined;

  constructor(
    store: Store,
    deadline: Deadline,
    { clock, wait, random }: { readonly clock: Clock } & Pace,
  ) {
    this.#known = new LastKnown(clock);
    this.#deadline = deadline;
    this.#store = watchedStore(store, deadline, {
      seen: (...seen) => {
        // The store lacks the changes that wait.
        if (!this.isOwing) this.#known.see(...seen);
      },
      unsure: (keys) => keys.forEach((key) => this.#unsure.add(key)),
    });
    turnsOf(this.#store, { wait, random });
  }

  /** Whether the store has failed and has not come back. */
  get isOwing(): boolean {
    return this.#owed.size > 0;
  }

  get isFull(): boolean {
    return this.#owed.size >= maxOwed;
  }

  /** Whether this key may have been written without an answer. */
  mayHold(key: string): boolean {
    return this.#unsure.has(key);
  }

  /** Writes the waiting changes when the store is back. */
  owe(id: string, ...changes: readonly Change[]): void {
    this.#owed.set(id, [...(this.#owed.get(id) ?? []), ...changes]);
  }

  /** Asks the store about a call, after all waiting changes that matter for it. */
  ask(
    question: Change,
    done: Change,
    failed: (error: unknown) => MaybePromise<BookingResult>,
  ): MaybePromise<BookingResult> {
    return after(
      () => this.#deadline.ask(() => andThen(this.#catchUp(), () => question(this.#store))),
      (result) => this.#made(done, result),
      failed,
    );
  }

  /**
   * Makes a change for a call: at once, unless an earlier change of the same call waits. Waiting changes may need room
   * that this change makes.
   */
  change(
    id: string,
    change: Change,
    failed: (error: unknown) => MaybePromise<BookingResult>,
  ): MaybePromise<BookingResult> {
    if (this.#owed.has(id)) return this.ask(change, change, failed);
    return after(
      () => this.#deadline.ask(() => change(this.#store)),
      (result) => {
        this.#made(change, result);
        // A failed change goes on waiting. Its first failure was an event.
        return after(
          () => this.#catchUp(),
          () => result,
          () => result,
        );
      },
      failed,
    );
  }

  /** The store has made a change. If it failed other changes meanwhile, the known values need this one, too. */
  #made(done: Change, result: BookingResult): BookingResult {
    if (this.isOwing && result.limitHit === undefined) void this.meanwhile(done, result);
    return result;
  }

  /** Changes the known values. `damaged`: what to do if the store keeps a value that is no balance. */
  meanwhile(change: Change, damaged: BookingResult): MaybePromise<BookingResult> {
    return after(
      () => change(this.#known),
      (result) => result,
      () => damaged,
    );
  }

  /** Writes the waiting changes. A second caller waits for the same write: guard writes nothing twice. */
  #catchUp(): MaybePromise<void> {
    if (this.#catchingUp !== undefined) return this.#catchingUp;
    for (let change = this.#oldest(); change !== undefined; change = this.#oldest()) {
      const told = change(this.#store);
      if (told instanceof Promise) return (this.#catchingUp = this.#tellRest(told));
      this.#wasTold();
    }
    this.#unsure.clear();
  }

  async #tellRest(first: Promise<unknown>): Promise<void> {
    try {
      await first;
      this.#wasTold();
      for (let change = this.#oldest(); change !== undefined; change = this.#oldest()) {
        await change(this.#store);
        this.#wasTold();
      }
      this.#unsure.clear();
    } finally {
      this.#catchingUp = undefined;
    }
  }

  #oldest(): Change | undefined {
    const [changes] = this.#owed.values();
    return changes?.[0];
  }

  #wasTold(): void {
    const [oldest] = this.#owed;
    if (oldest === undefined) return;
    const [id, [, ...rest]] = oldest;
    if (rest.length > 0) this.#owed.set(id, rest);
    else this.#owed.delete(id);
  }
}
