import type { Clock } from "../ports/clock.ts";
import type { Random } from "../ports/random.ts";
import type { Outcome } from "../vocabulary/call.ts";
import type { EventDraft } from "../vocabulary/events.ts";
import { setBounded } from "../collections/bounded-map.ts";
import type { Ledger, LedgerEntry } from "../ports/ledger.ts";
import { after, andThen, type MaybePromise } from "../ports/maybe-promise.ts";
import type { Store } from "../ports/store.ts";
import type { Wait } from "../ports/wait.ts";
import { memoryStore } from "../store/memory-store.ts";
import { turnsOf } from "../store/turns.ts";
import type { Amounts } from "../vocabulary/spending.ts";
import type { Posting } from "../vocabulary/posting.ts";
import {
  bookUnreserved,
  release,
  reserve,
  bookCost,
  type BookingResult,
  type Reservation,
} from "./shared-accounts.ts";
import type { CallCounts } from "./call-counts.ts";
import { runAccount } from "./accounts.ts";
import type { AccountLimit } from "./account-limit.ts";

type Tell = (...events: readonly EventDraft[]) => void;

/** A call whose cost belongs into accounts that runs share. */
export interface OwedCost {
  /** Under which id they hold something for it; absent where they hold nothing. */
  readonly reservationId: string | undefined;
  /** Whether the store was sure to hold it: if it does so no more, it has been settled. */
  readonly isHeld?: boolean;
  readonly limits: readonly AccountLimit[];
  /** That it was a model call, or a tool call: counted where nothing was held. */
  readonly counts: CallCounts;
  /** What the ledger is told once it is booked. */
  readonly run: string;
  readonly call: string;
  readonly status: Outcome["status"] | "released";
  readonly spent: Amounts;
  readonly now: number;
}

/** Where the books are kept, and what holds while the store fails. */
export interface AccountingOptions {
  readonly clock: Clock;
  readonly random: Random;
  readonly wait: Wait;
  readonly ledger: Ledger | undefined;
  readonly onStoreError: "local" | "deny";
}

/** Costs that wait for a store to come back. */
const maxOwed = 10_000;

const none: BookingResult = { postings: [], alerts: [] };

/**
 * The shared accounts of a registry, and its ledger. Where the store fails each process holds the limits
 * for itself; what was spent meanwhile is booked when the store is back.
 */
export class Accounting {
  readonly store: Store;
  readonly ledger: Ledger | undefined;
  readonly #local: Store;
  readonly #isDenying: boolean;
  readonly #prefix: string;
  /** What was held in this process alone, by id. */
  readonly #heldLocally = new Map<string, true>();
  readonly #owed: OwedCost[] = [];
  #bookingOwed: Promise<void> | undefined;
  #ids = 0;

  constructor(store: Store, { clock, random, wait, ledger, onStoreError }: AccountingOptions) {
    this.store = store;
    turnsOf(store, { wait, random });
    this.ledger = ledger;
    this.#local = memoryStore({ clock });
    this.#isDenying = onStoreError === "deny";
    this.#prefix = `${clock().toString(36)}-${random().toString(36).slice(2)}`;
  }

  /** An id that no other reservation has. */
  nextId(): string {
    this.#ids += 1;
    return `${this.#prefix}-${this.#ids}`;
  }

  /** Holds what a call needs in all shared accounts it has to agree with, or says which refuses. */
  reserve(asked: Reservation, tell: Tell): MaybePromise<BookingResult> {
    if (asked.limits.length === 0) return none;
    return after(
      () => andThen(this.#bookOwed(tell), () => reserve(this.store, asked)),
      (booked) => booked,
      (error) => {
        tell({ type: "port-error", port: "store", error });
        if (this.#isDenying) return { ...none, limitHit: unreachable(asked.limits[0]!) };
        setBounded(this.#heldLocally, asked.id, true, maxOwed);
        return andThen(reserve(this.#local, asked), ({ limitHit, alerts }) => ({
          postings: [],
          limitHit,
          alerts,
        }));
      },
    );
  }

  /** Books what a call has cost. What can't be booked now is booked when the store is back. */
  bookCost(asked: OwedCost, tell: Tell): MaybePromise<BookingResult> {
    const { reservationId, limits, spent, now } = asked;
    if (limits.length === 0 && reservationId === undefined) return none;
    const isLocal = reservationId !== undefined && this.#heldLocally.delete(reservationId);
    if (isLocal) void bookCost(this.#local, reservationId, spent, limits, now);
    const owed = { ...asked, isHeld: reservationId !== undefined && !isLocal };
    return after(
      () => andThen(this.#bookOwed(tell), () => this.#book(owed)),
      (booked) => booked,
      (error) => {
        tell({ type: "port-error", port: "store", error });
        if (this.#owed.length < maxOwed) this.#owed.push(owed);
        return none;
      },
    );
  }

  /** Gives back what is held for a call that was never made. */
  release(
    reservationId: string,
    limits: readonly AccountLimit[],
    now: number,
    tell: Tell,
  ): MaybePromise<BookingResult> {
    if (this.#heldLocally.delete(reservationId))
      void release(this.#local, reservationId, limits, now);
    return after(
      () => release(this.store, reservationId, limits, now),
      (booked) => booked,
      (error) => {
        tell({ type: "port-error", port: "store", error });
        return none; // it counts as spent once it has expired
      },
    );
  }

  /** Writes entries down. */
  write(entries: readonly LedgerEntry[], tell: Tell): MaybePromise<void> {
    const { ledger } = this;
    if (ledger === undefined || entries.length === 0) return;
    return after(
      () => ledger.append(entries),
      () => {},
      (error) => tell({ type: "port-error", port: "ledger", error }),
    );
  }

  #book({
    reservationId,
    isHeld,
    limits,
    counts,
    spent,
    now,
  }: OwedCost): MaybePromise<BookingResult> {
    const booked =
      reservationId === undefined ? none : bookCost(this.store, reservationId, spent, limits, now);
    return andThen(booked, (result) => {
      // A write whose answer got lost may have been done all the same.
      const isDone = isHeld === true || result.postings.length > 0;
      return isDone ? result : bookUnreserved(this.store, limits, counts, spent, now);
    });
  }

  /** Books what waits. A second caller waits for the same booking: nothing is booked twice. */
  #bookOwed(tell: Tell): MaybePromise<void> {
    if (this.#bookingOwed !== undefined) return this.#bookingOwed;
    const booking = this.#bookAllOwed(tell);
    if (!(booking instanceof Promise)) return booking;
    this.#bookingOwed = booking.finally(() => {
      this.#bookingOwed = undefined;
    });
    return this.#bookingOwed;
  }

  /** The oldest first, as long as the store takes it. */
  #bookAllOwed(tell: Tell): MaybePromise<void> {
    const [first] = this.#owed;
    if (first === undefined) return;
    return andThen(this.#book(first), ({ postings }) => {
      this.#owed.shift();
      const { run, call, status, now: at } = first;
      const entry: LedgerEntry = { type: "settlement", run, at, call, status, postings };
      return andThen(this.write([entry], tell), () => this.#bookAllOwed(tell));
    });
  }
}

/** A store that does not answer refuses like an account that others are using: asking later may succeed. */
function unreachable({ account }: AccountLimit): NonNullable<BookingResult["limitHit"]> {
  return { ceiling: "store", limit: 0, used: 0, account, contention: true };
}

/** What a run held and used in its own accounts, as the ledger names them. */
export function asOfRun<P extends Pick<Posting, "account">>(
  run: string,
  postings: readonly P[],
): readonly P[] {
  return postings.map((posting) => ({
    ...posting,
    account: posting.account === runAccount ? `run:${run}` : `run:${run}/${posting.account}`,
  }));
}
