import { andThen, type MaybePromise } from "../ports/maybe-promise.ts";
import type { Store, StorePosting, SumLimit } from "../ports/store.ts";
import type { Transaction } from "../store/change.ts";
import { readAll } from "../store/read-all.ts";
import { transact } from "../store/transact.ts";
import type { Amounts } from "../vocabulary/spending.ts";
import { readFigures } from "../store/figures.ts";
import { accountPostings } from "./account-postings.ts";
import type { Alert } from "./alerts.ts";
import { emptyBalance, type Balance } from "./balance.ts";
import { balanceOfFigures } from "./balance-figures.ts";
import { endHold, heldPostings, makeHold } from "./hold-figures.ts";
import type { Posting } from "../vocabulary/posting.ts";
import { roomFor } from "./room-for.ts";
import { findLimitHit, type LimitHit } from "./limit-hit.ts";
import type { CallEstimate } from "./call-estimate.ts";
import type { Ceilings } from "../vocabulary/ceilings.ts";
import { balanceName, type AccountLimit } from "./account-limit.ts";
import { holdPostings, balanceNameOf, releasePostings, costPostings } from "./postings.ts";

/** A call may settle for a week, also after its hold counts as spent. Later the hold stays spent. */
const settleWithinMs = 7 * 24 * 3_600_000;

/** A call that asks for room in shared accounts. */
export interface Reservation {
  /** The caller's id: the same id reserves once. */
  readonly id: string;
  readonly limits: readonly AccountLimit[];
  readonly estimate: CallEstimate;
  /** How much overrides extend an account's limits. */
  readonly extra: (account: string) => Ceilings;
  readonly now: number;
  readonly ttlMs: number;
}

/** The answer of the accounts, and their changes. */
export interface BookingResult {
  readonly limitHit?: LimitHit | undefined;
  readonly postings: readonly Posting[];
  readonly alerts: readonly Alert[];
}

const none: BookingResult = { postings: [], alerts: [] };

const balanceKey = (name: string) => `account:${name}`;
/** The store's key of a hold. */
export const reservationKey = (id: string) => `reservation:${id}`;

/**
 * Holds what a call needs in all its accounts, or in none. It is atomic: of many calls at once, exactly those pass for
 * which there is room. The same id reserves once.
 */
export function reserve(store: Store, asked: Reservation): MaybePromise<BookingResult> {
  const { id, limits, estimate, now, ttlMs } = asked;
  if (limits.length === 0) return none;
  const names = [...new Set(limits.map((accountLimit) => balanceName(accountLimit, now)))];
  return transact(store, [reservationKey(id), ...names.map(balanceKey)], (values): Result => {
    if (values.has(reservationKey(id))) return { writes: [], result: none };
    const balances = balancesOf(values, names);
    const max = new Map<string, readonly SumLimit[]>();
    for (const accountLimit of limits) {
      const name = balanceName(accountLimit, now);
      const balance = balances.get(name)!;
      const extra = asked.extra(accountLimit.account);
      const limitHit = findLimitHit(accountLimit, balance, estimate, extra, now);
      if (limitHit !== undefined) return { writes: [], result: { ...none, limitHit } };
      const room = roomFor(accountLimit, balance, estimate, extra, now);
      max.set(name, [...(max.get(name) ?? []), ...room]);
    }
    const postings = holdPostings(limits, estimate, now, ttlMs);
    const hold = makeHold(reservationKey(id), postings, {
      expiresAt: now + settleWithinMs,
      neededUntil: Number(postings[0]!.expires), // it counts as spent from then on
    });
    return written(hold, { balances, limits, postings, now, max });
  });
}

/** Replaces a call's hold by its cost. It is never refused. An unknown id changes nothing. */
export function bookCost(
  store: Store,
  id: string,
  spent: Amounts,
  limits: readonly AccountLimit[],
  now: number,
): MaybePromise<BookingResult> {
  return end(store, id, limits, now, (held) => costPostings(held, spent));
}

/** Releases a call's hold, as if the agent had not asked for the call. */
export function release(
  store: Store,
  id: string,
  limits: readonly AccountLimit[],
  now: number,
): MaybePromise<BookingResult> {
  return end(store, id, limits, now, releasePostings);
}

/** The existing balances of limits. */
export function balancesIn(
  store: Store,
  names: readonly string[],
): MaybePromise<ReadonlyMap<string, Balance>> {
  return andThen(readAll(store, names.map(balanceKey)), (values) =>
    balancesOf(new Map([...values].map(([key, { value }]) => [key, value])), names, "known"),
  );
}

/** The names of all balances in the store. */
export async function namesIn(store: Store): Promise<readonly string[]> {
  const prefix = balanceKey("");
  return (await store.list(prefix)).map((key) => key.slice(prefix.length));
}

type Result = Transaction<BookingResult>;

function end(
  store: Store,
  id: string,
  limits: readonly AccountLimit[],
  now: number,
  ended: (held: readonly Posting[]) => readonly Posting[],
): MaybePromise<BookingResult> {
  const found = readAll(store, [reservationKey(id)]);
  const go = (known: ReadonlyMap<string, { readonly value: string }>) => {
    const hold = known.get(reservationKey(id));
    if (hold === undefined) return none;
    const held = heldPostings(readFigures(hold.value));
    const names = [...new Set(held.map(balanceNameOf))];
    return transact(store, [reservationKey(id), ...names.map(balanceKey)], (values): Result => {
      if (!values.has(reservationKey(id))) return { writes: [], result: none }; // settled meanwhile
      const balances = balancesOf(values, names);
      const postings = ended(held);
      return written(endHold(reservationKey(id)), { balances, limits, postings, now });
    });
  };
  return andThen(found, go);
}

/** A change of a hold, with its changes of balances. */
function written(
  hold: StorePosting,
  change: Omit<Parameters<typeof accountPostings>[0], "keyOf">,
): Result {
  const { writes, alerts } = accountPostings({ ...change, keyOf: balanceKey });
  return { writes: [hold, ...writes], result: { postings: change.postings, alerts } };
}

function balancesOf(
  values: ReadonlyMap<string, string>,
  names: readonly string[],
  which: "all" | "known" = "all",
): Map<string, Balance> {
  return new Map(
    names.flatMap((name) => {
      const value = values.get(balanceKey(name));
      if (value === undefined) return which === "all" ? [[name, emptyBalance] as const] : [];
      return [[name, balanceOfFigures(readFigures(value))] as const];
    }),
  );
}
