import type { Clock } from "../ports/clock.ts";
import type { Deadline } from "../ports/deadline.ts";
import { after, andThen, type MaybePromise } from "../ports/maybe-promise.ts";
import type { Store } from "../ports/store.ts";
import type { Pace } from "../store/commit.ts";
import { turnsOf } from "../store/turns.ts";
import { LastKnown } from "./last-known.ts";
import type { BookingResult } from "./shared-accounts.ts";
import { watchedStore } from "./watched-store.ts";

/** What happens to accounts. To do it again, where it was done already, changes nothing. */
export type Change = (store: Store) => MaybePromise<BookingResult>;

/** With so many calls that wait for the store, no other is let through: nothing is ever forgotten. */
const maxOwed = 5_000;

/**
 * A store that may fail: it is told later, once and in the order of the calls, what it could not be told at once. Until then
 * the balances that this process has last seen stand for it.
 */
export class OwingStore {
  /** What the store would say, as far as this process knows. */
  readonly #known: LastKnown;
  readonly #store: Store;
  readonly #deadline: Deadline;
  /** The changes of each call, in their order. */
  readonly #owed = new Map<string, readonly Change[]>();
  /** Keys whose write came to no answer since the store has failed. */
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
        // The store lacks what is owed to it.
        if (!this.isOwing) this.#known.see(...seen);
      },
      unsure: (keys) => keys.forEach((key) => this.#unsure.add(key)),
    });
    turnsOf(this.#store, { wait, random });
  }

  /** Whether the store has failed, and was not back since. */
  get isOwing(): boolean {
    return this.#owed.size > 0;
  }

  get isFull(): boolean {
    return this.#owed.size >= maxOwed;
  }

  /** Whether this key may have been written although no answer came. */
  mayHold(key: string): boolean {
    return this.#unsure.has(key);
  }

  /** Tells the store when it is back. */
  owe(id: string, ...changes: readonly Change[]): void {
    this.#owed.set(id, [...(this.#owed.get(id) ?? []), ...changes]);
  }

  /** Asks the store about a call, which must know all that it is owed for that. */
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
   * Makes a change for a call: at once, unless the store is owed something of the same call. What waits may need room
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
        // What goes wrong here is owed on, and was told where it went wrong first.
        return after(
          () => this.#catchUp(),
          () => result,
          () => result,
        );
      },
      failed,
    );
  }

  /** The store has made a change. If it has failed others meanwhile, what is known must hold this one too. */
  #made(done: Change, result: BookingResult): BookingResult {
    if (this.isOwing && result.limitHit === undefined) void this.meanwhile(done, result);
    return result;
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
