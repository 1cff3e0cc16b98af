import type { Clock } from "../ports/clock.ts";
import type { Random } from "../ports/random.ts";
import type { Outcome } from "../vocabulary/call.ts";
import type { EventDraft } from "../vocabulary/events.ts";
import type { Ledger, LedgerEntry } from "../ports/ledger.ts";
import { after, andThen, type MaybePromise } from "../ports/maybe-promise.ts";
import type { Store } from "../ports/store.ts";
import { Deadline } from "../ports/deadline.ts";
import type { Timer } from "../ports/timer.ts";
import { nothing } from "./amounts.ts";
import { OwingStore, type Change } from "./owing-store.ts";
import type { Ceilings } from "../vocabulary/ceilings.ts";
import type { Wait } from "../ports/wait.ts";
import type { Amounts } from "../vocabulary/spending.ts";
import type { Posting } from "../vocabulary/posting.ts";
import {
  release,
  reserve,
  bookCost,
  reservationKey,
  type BookingResult,
  type Reservation,
} from "./shared-accounts.ts";
import type { CallCounts } from "./call-counts.ts";
import { runAccount } from "./run-account.ts";
import type { AccountLimit } from "./account-limit.ts";

type Tell = (...events: readonly EventDraft[]) => void;

/** A call whose cost goes to shared accounts. */
export interface OwedCost {
  /** The id under which they hold something for it. Absent if they hold nothing. */
  readonly reservationId: string | undefined;
  readonly limits: readonly AccountLimit[];
  /** Whether it was a model call or a tool call, to count it if nothing was held. */
  readonly counts: CallCounts;
  /** The ledger entry, if only the store knows what it held. */
  readonly run: string;
  readonly call: string;
  readonly status: Outcome["status"] | "released";
  readonly spent: Amounts;
  readonly now: number;
}

/** Where the accounts are kept, and what holds while the store fails. */
export interface AccountingOptions {
  readonly clock: Clock;
  readonly random: Random;
  readonly timer: Timer;
  readonly timeoutMs: number;
  readonly wait: Wait;
  readonly ledger: Ledger | undefined;
  readonly onStoreError: "local" | "deny";
}

const none: BookingResult = { postings: [], alerts: [] };

/**
 * The shared accounts of a registry, and its ledger. While the store fails, limits go on from the balances that this
 * process has last seen. guard books the changes when the store is back.
 */
export class Accounting {
  /** The store as the user gave it, without a deadline: for readers. */
  readonly store: Store;
  readonly ledger: Ledger | undefined;
  /** How long the store may take while a call waits for it. */
  readonly storeDeadline: Deadline;
  readonly #ledgerDeadline: Deadline;
  readonly #accounts: OwingStore;
  readonly #isDenying: boolean;
  readonly #prefix: string;
  #ids = 0;

  constructor(store: Store, options: AccountingOptions) {
    const { clock, random, ledger, onStoreError } = options;
    this.store = store;
    this.ledger = ledger;
    this.storeDeadline = new Deadline("store", options);
    this.#ledgerDeadline = new Deadline("ledger", options);
    this.#accounts = new OwingStore(store, this.storeDeadline, options);
    this.#isDenying = onStoreError === "deny";
    this.#prefix = `${clock().toString(36)}-${random().toString(36).slice(2)}`;
  }

  /** An id that no other reservation has. */
  nextId(): string {
    this.#ids += 1;
    return `${this.#prefix}-${this.#ids}`;
  }

  /** Holds what a call needs in all its shared accounts, or returns the one that refuses. */
  reserve(asked: Reservation, tell: Tell): MaybePromise<BookingResult> {
    if (asked.limits.length === 0) return none;
    const ask: Change = (store) => reserve(store, asked);
    return this.#accounts.ask(ask, holdOf(asked), (error) => {
      tell({ type: "port-error", port: "store", error });
      return this.#reserveLocally(asked);
    });
  }

  /**
   * `reserve` for hooks that can't wait. While the store fails it uses what this process knows; else it holds nothing.
   */
  reserveUnasked(asked: Reservation): MaybePromise<BookingResult> | undefined {
    return this.#accounts.isOwing ? this.#reserveLocally(asked) : undefined;
  }

  #reserveLocally(asked: Reservation): MaybePromise<BookingResult> {
    const accounts = this.#accounts;
    const { id, limits, now } = asked;
    const refused = { ...none, limitHit: unreachable(limits[0]!) };
    const isRefused = this.#isDenying || accounts.isFull;
    const ask: Change = (known) => reserve(known, asked);
    return andThen(isRefused ? refused : accounts.meanwhile(ask, refused), (local) => {
      if (local.limitHit === undefined) accounts.owe(id, holdOf(asked));
      // The store may hold something for a refused call: release it.
      else if (accounts.mayHold(reservationKey(id)))
        accounts.owe(id, holdOf(asked), (store) => release(store, id, limits, now));
      return local;
    });
  }

  /** Books what a call has cost, now or when the store is back. */
  bookCost(asked: OwedCost, tell: Tell): MaybePromise<BookingResult> {
    const { reservationId, limits, counts, now } = asked;
    if (reservationId !== undefined) return this.#book(reservationId, asked, tell);
    if (limits.length === 0) return none;
    // Hold first, under an id: it shows whether a booking was made whose answer got lost.
    const id = this.nextId();
    const estimate = { ...counts, certain: nothing, likely: nothing };
    const unasked = { id, limits, estimate, extra: () => unlimited, now, ttlMs: 0 };
    const held = this.#change(id, (store) => reserve(store, unasked), tell);
    return andThen(held, (counted) =>
      andThen(this.#book(id, asked, tell), (booked) => ({
        postings: [...counted.postings, ...booked.postings],
        alerts: [...counted.alerts, ...booked.alerts],
      })),
    );
  }

  /** Releases what is held for a call that was never made. */
  release(
    reservationId: string,
    limits: readonly AccountLimit[],
    now: number,
    tell: Tell,
  ): MaybePromise<BookingResult> {
    return this.#change(reservationId, (store) => release(store, reservationId, limits, now), tell);
  }

  /** Writes entries to the ledger. */
  write(entries: readonly LedgerEntry[], tell: Tell): MaybePromise<void> {
    const { ledger } = this;
    if (ledger === undefined || entries.length === 0) return;
    const deadline = this.#ledgerDeadline;
    return after(
      () => deadline.ask(() => deadline.by(ledger.append(entries))),
      () => {},
      (error) => tell({ type: "port-error", port: "ledger", error }),
    );
  }

  #book(id: string, asked: OwedCost, tell: Tell): MaybePromise<BookingResult> {
    const { limits, spent, now, run, call, status } = asked;
    // If only the store knows what it holds, write to the ledger when the store is back.
    const late = ({ postings }: BookingResult) =>
      this.write([{ type: "settlement", run, at: now, call, status, postings }], tell);
    return this.#change(id, (store) => bookCost(store, id, spent, limits, now), tell, late);
  }

  /** Makes a change that is never refused, now or when the store is back. */
  #change(
    id: string,
    change: Change,
    tell: Tell,
    late: (booked: BookingResult) => MaybePromise<void> = () => {},
  ): MaybePromise<BookingResult> {
    const accounts = this.#accounts;
    return accounts.change(id, change, (error) => {
      tell({ type: "port-error", port: "store", error });
      return andThen(accounts.meanwhile(change, none), (local) => {
        const isTold = local.postings.length > 0;
        const owed: Change = (store) =>
          andThen(change(store), (booked) =>
            booked.postings.length > 0 ? andThen(late(booked), () => booked) : booked,
          );
        accounts.owe(id, isTold ? change : owed);
        return local;
      });
    });
  }
}

/** Holds for a call that has passed already: the store holds it without a check of limits. */
const unlimited: Ceilings = {
  modelCalls: Infinity,
  toolCalls: Infinity,
  tokens: Infinity,
  usd: Infinity,
  wallMs: Infinity,
};

/** Holds for calls that have passed already. */
function holdOf(asked: Reservation): Change {
  return (store) => reserve(store, { ...asked, extra: () => unlimited });
}

/** A store without an answer refuses like an account that other calls use: a later call may pass. */
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
