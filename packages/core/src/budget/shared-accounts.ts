import { andThen, type MaybePromise } from "../ports/maybe-promise.ts";
import type { Store } from "../ports/store.ts";
import type { Transaction } from "../store/change.ts";
import { readAll } from "../store/read-all.ts";
import { transact } from "../store/transact.ts";
import type { Amounts } from "../vocabulary/spending.ts";
import { current, emptyBalance, post, runningAt, type Balance } from "./balance.ts";
import type { Posting } from "../vocabulary/posting.ts";
import { dueAlerts, type Alert } from "./alerts.ts";
import { findLimitHit, type LimitHit } from "./limit-hit.ts";
import type { CallEstimate } from "./call-estimate.ts";
import type { Ceilings } from "../vocabulary/ceilings.ts";
import { balanceName, type AccountLimit } from "./account-limit.ts";
import { holdPostings, balanceNameOf, releasePostings, costPostings } from "./postings.ts";
import { endOf, slotOf } from "./window.ts";

const dayMs = 24 * 3_600_000;

/** The store forgets an account without a window that no call has used for this long. */
const unusedMs = 400 * dayMs;

/** What was held is settled for a week, also long after it counts as spent; later that stands. */
const settleWithinMs = 7 * dayMs;

/** A call that asks for room in accounts that runs share. */
export interface Reservation {
  /** The caller's: the same id reserves once. */
  readonly id: string;
  readonly limits: readonly AccountLimit[];
  readonly estimate: CallEstimate;
  /** What was granted on top of an account's limits. */
  readonly extra: (account: string) => Ceilings;
  readonly now: number;
  readonly ttlMs: number;
}

/** What the accounts say, and what has changed in them. */
export interface BookingResult {
  readonly limitHit?: LimitHit | undefined;
  readonly postings: readonly Posting[];
  readonly alerts: readonly Alert[];
}

const none: BookingResult = { postings: [], alerts: [] };

const balanceKey = (name: string) => `account:${name}`;
/** Where the store keeps what is held under an id. */
export const reservationKey = (id: string) => `reservation:${id}`;

/**
 * Holds what a call needs in all accounts that it has to agree with, or in none. Atomic: of any number of
 * calls at once as many pass as there is room for. The same id reserves once.
 */
export function reserve(store: Store, asked: Reservation): MaybePromise<BookingResult> {
  const { id, limits, estimate, now, ttlMs } = asked;
  if (limits.length === 0) return none;
  const names = [...new Set(limits.map((accountLimit) => balanceName(accountLimit, now)))];
  return transact(store, [reservationKey(id), ...names.map(balanceKey)], (values): Result => {
    if (values.has(reservationKey(id))) return { writes: [], result: none };
    const balances = balancesOf(values, names);
    for (const accountLimit of limits) {
      const balance = balances.get(balanceName(accountLimit, now))!;
      const limitHit = findLimitHit(
        accountLimit,
        balance,
        estimate,
        asked.extra(accountLimit.account),
        now,
      );
      if (limitHit !== undefined) return { writes: [], result: { ...none, limitHit } };
    }
    const postings = holdPostings(limits, estimate, now, ttlMs);
    const hold = {
      key: reservationKey(id),
      value: JSON.stringify(postings),
      expiresAt: now + settleWithinMs,
      neededUntil: Number(postings[0]!.expires), // it counts as spent from then on
    };
    return written(balances, limits, postings, now, [hold]);
  });
}

/** Replaces what a call holds by what it has cost. Never refused; an unknown id changes nothing. */
export function bookCost(
  store: Store,
  id: string,
  spent: Amounts,
  limits: readonly AccountLimit[],
  now: number,
): MaybePromise<BookingResult> {
  return end(store, id, limits, now, (held) => costPostings(held, spent));
}

/** Gives back what a call holds, as if it had never been asked for. */
export function release(
  store: Store,
  id: string,
  limits: readonly AccountLimit[],
  now: number,
): MaybePromise<BookingResult> {
  return end(store, id, limits, now, releasePostings);
}

/** The balances of limits, as far as there are any. */
export function balancesIn(
  store: Store,
  names: readonly string[],
): MaybePromise<ReadonlyMap<string, Balance>> {
  return andThen(readAll(store, names.map(balanceKey)), (values) =>
    balancesOf(new Map([...values].map(([key, { value }]) => [key, value])), names, "known"),
  );
}

/** The names of all balances that the store holds. */
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
    const held = JSON.parse(hold.value) as readonly Posting[];
    const names = [...new Set(held.map(balanceNameOf))];
    return transact(store, [reservationKey(id), ...names.map(balanceKey)], (values): Result => {
      if (!values.has(reservationKey(id))) return { writes: [], result: none }; // settled meanwhile
      const removed = { key: reservationKey(id), value: "", expiresAt: 0 };
      return written(balancesOf(values, names), limits, ended(held), now, [removed]);
    });
  };
  return andThen(found, go);
}

/** Posts to the balances, and raises the alerts that are due. */
function written(
  balances: ReadonlyMap<string, Balance>,
  limits: readonly AccountLimit[],
  postings: readonly Posting[],
  now: number,
  others: Result["writes"] = [],
): Result {
  const after = new Map(balances);
  for (const posting of postings) {
    const name = balanceNameOf(posting);
    after.set(name, post(runningAt(after.get(name) ?? emptyBalance, now), posting));
  }
  const alerts: Alert[] = [];
  const expiries = new Map<string, number>();
  for (const accountLimit of limits) {
    const name = balanceName(accountLimit, now);
    const balance = after.get(name);
    if (balance === undefined) continue;
    const due = dueAlerts(accountLimit, balance, now);
    alerts.push(...due.map((alert) => ({ account: accountLimit.account, ...alert })));
    const raised = Object.fromEntries(due.map(({ ceiling }) => [ceiling, now]));
    const alerted = { ...balance.alerted, ...raised };
    after.set(name, { ...current(balance, accountLimit.window, now), alerted });
    const { window } = accountLimit;
    expiries.set(name, (endOf(window, slotOf(window, now), now) ?? now + unusedMs) + dayMs);
  }
  const writes = [...after].map(([name, balance]) => ({
    key: balanceKey(name),
    value: JSON.stringify(balance),
    // A window that is over already has no limit any more; what is settled late is kept a while.
    expiresAt: expiries.get(name) ?? now + settleWithinMs,
  }));
  return { writes: [...others, ...writes], result: { postings, alerts } };
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
      return [[name, JSON.parse(value) as Balance] as const];
    }),
  );
}
