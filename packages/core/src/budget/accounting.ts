import type { Clock } from "../ports/clock.ts";
import type { Random } from "../ports/random.ts";
import type { Outcome } from "../vocabulary/call.ts";
import type { EventDraft } from "../vocabulary/events.ts";
import { setBounded } from "../collections/bounded-map.ts";
import type { Ledger, LedgerEntry } from "../ports/ledger.ts";
import { after, andThen, type MaybePromise } from "../ports/maybe-promise.ts";
import type { Store } from "../ports/store.ts";
import { memoryStore } from "../store/memory.ts";
import type { Amounts } from "../vocabulary/spending.ts";
import type { Posting } from "../vocabulary/posting.ts";
import { book, release, reserve, settle, type Booked, type Reservation } from "./bank.ts";
import type { Counts } from "./ceiling.ts";
import { runAccount } from "./accounts.ts";
import type { Line } from "./line.ts";

type Tell = (...events: readonly EventDraft[]) => void;

/** A call whose cost belongs into accounts that runs share. */
export interface Owed {
  /** Under which id they hold something for it; absent where they hold nothing. */
  readonly hold: string | undefined;
  /** Whether the store was sure to hold it: if it does so no more, it has been settled. */
  readonly isHeld?: boolean;
  readonly lines: readonly Line[];
  /** That it was a model call, or a tool call: counted where nothing was held. */
  readonly counts: Counts;
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
  readonly ledger: Ledger | undefined;
  readonly onStoreError: "local" | "deny";
}

/** Costs that wait for a store to come back. */
const maxOwed = 10_000;

const none: Booked = { postings: [], alerts: [] };

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
  readonly #insured = new Map<string, true>();
  readonly #owed: Owed[] = [];
  #paying: Promise<void> | undefined;
  #ids = 0;

  constructor(store: Store, { clock, random, ledger, onStoreError }: AccountingOptions) {
    this.store = store;
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
  reserve(asked: Reservation, tell: Tell): MaybePromise<Booked> {
    if (asked.lines.length === 0) return none;
    return after(
      () => andThen(this.#payOwed(tell), () => reserve(this.store, asked)),
      (booked) => booked,
      (error) => {
        tell({ type: "port-error", port: "store", error });
        if (this.#isDenying) return { ...none, reached: unreachable(asked.lines[0]!) };
        setBounded(this.#insured, asked.id, true, maxOwed);
        return andThen(reserve(this.#local, asked), ({ reached, alerts }) => ({
          postings: [],
          reached,
          alerts,
        }));
      },
    );
  }

  /** Books what a call has cost. What can't be booked now is booked when the store is back. */
  settle(asked: Owed, tell: Tell): MaybePromise<Booked> {
    const { hold, lines, spent, now } = asked;
    if (lines.length === 0 && hold === undefined) return none;
    const isInsured = hold !== undefined && this.#insured.delete(hold);
    if (isInsured) void settle(this.#local, hold, spent, lines, now);
    const owed = { ...asked, isHeld: hold !== undefined && !isInsured };
    return after(
      () => andThen(this.#payOwed(tell), () => this.#pay(owed)),
      (booked) => booked,
      (error) => {
        tell({ type: "port-error", port: "store", error });
        if (this.#owed.length < maxOwed) this.#owed.push(owed);
        return none;
      },
    );
  }

  /** Gives back what is held for a call that was never made. */
  release(hold: string, lines: readonly Line[], now: number, tell: Tell): MaybePromise<Booked> {
    if (this.#insured.delete(hold)) void release(this.#local, hold, lines, now);
    return after(
      () => release(this.store, hold, lines, now),
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

  #pay({ hold, isHeld, lines, counts, spent, now }: Owed): MaybePromise<Booked> {
    const settled = hold === undefined ? none : settle(this.store, hold, spent, lines, now);
    return andThen(settled, (booked) => {
      // A write whose answer got lost may have been done all the same.
      const isDone = isHeld === true || booked.postings.length > 0;
      return isDone ? booked : book(this.store, lines, counts, spent, now);
    });
  }

  /** Books what waits. Whoever asks meanwhile waits for the same: nothing is paid twice. */
  #payOwed(tell: Tell): MaybePromise<void> {
    if (this.#paying !== undefined) return this.#paying;
    const paying = this.#payAll(tell);
    if (!(paying instanceof Promise)) return paying;
    this.#paying = paying.finally(() => {
      this.#paying = undefined;
    });
    return this.#paying;
  }

  /** The oldest first, as long as the store takes it. */
  #payAll(tell: Tell): MaybePromise<void> {
    const [first] = this.#owed;
    if (first === undefined) return;
    return andThen(this.#pay(first), ({ postings }) => {
      this.#owed.shift();
      const { run, call, status, now: at } = first;
      const entry: LedgerEntry = { type: "settlement", run, at, call, status, postings };
      return andThen(this.write([entry], tell), () => this.#payAll(tell));
    });
  }
}

/** A store that does not answer refuses like an account that others are using: asking later may succeed. */
function unreachable({ account }: Line): NonNullable<Booked["reached"]> {
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
