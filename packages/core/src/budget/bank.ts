import { andThen, type MaybePromise } from "../ports/maybe-promise.ts";
import type { Store, Write } from "../ports/store.ts";
import { readAll, transact } from "../store/transact.ts";
import { nothing } from "./amounts.ts";
import type { Amounts } from "../vocabulary/spending.ts";
import { current, emptyBalance, post, type Balance } from "./balance.ts";
import type { Posting } from "../vocabulary/posting.ts";
import { dueAlerts, reachedBy, type Counts, type Need, type Reached } from "./ceiling.ts";
import type { Ceilings } from "../vocabulary/ceilings.ts";
import { nameOf, type Line } from "./line.ts";
import { heldBy, nameIn, releasedBy, settledBy } from "./posting.ts";
import { endOf, slotOf } from "./window.ts";

const dayMs = 24 * 3_600_000;

/** An account without a window that nobody has used for this long is forgotten. */
const unusedMs = 400 * dayMs;

/** What was held is settled at any time, also long after it counts as spent; then it is forgotten. */
const settleWithinMs = 30 * dayMs;

/** A call that asks for room in accounts that runs share. */
export interface Reservation {
  /** The caller's: the same id reserves once. */
  readonly id: string;
  readonly lines: readonly Line[];
  readonly need: Need;
  /** What was granted on top of an account's limits. */
  readonly extra: (account: string) => Ceilings;
  readonly now: number;
  readonly reservationMs: number;
}

/** What the accounts say, and what has changed in them. */
export interface Booked {
  readonly reached?: Reached | undefined;
  readonly postings: readonly Posting[];
  readonly alerts: readonly Alert[];
}

/** A budget that has reached the share of its limit at which somebody wants to know. */
export interface Alert {
  readonly account: string;
  readonly ceiling: string;
  readonly limit: number;
  readonly used: number;
}

const none: Booked = { postings: [], alerts: [] };

const balanceKey = (name: string) => `account:${name}`;
const holdKey = (id: string) => `hold:${id}`;

/**
 * Holds what a call needs in all accounts that it has to agree with, or in none. Atomic: of any number of
 * calls at once as many pass as there is room for. The same id reserves once.
 */
export function reserve(store: Store, asked: Reservation): MaybePromise<Booked> {
  const { id, lines, need, now, reservationMs } = asked;
  if (lines.length === 0) return none;
  const names = [...new Set(lines.map((line) => nameOf(line, now)))];
  return transact(store, [holdKey(id), ...names.map(balanceKey)], (values): Result => {
    if (values.has(holdKey(id))) return { writes: [], result: none };
    const balances = balancesOf(values, names);
    for (const line of lines) {
      const balance = balances.get(nameOf(line, now))!;
      const reached = reachedBy(line, balance, need, asked.extra(line.account), now);
      if (reached !== undefined) return { writes: [], result: { ...none, reached } };
    }
    const postings = heldBy(lines, need, now, reservationMs);
    const hold = { key: holdKey(id), value: JSON.stringify(postings) };
    return written(balances, lines, postings, now, [{ ...hold, expiresAt: now + settleWithinMs }]);
  });
}

/** Replaces what a call holds by what it has cost. Never refused; an unknown id changes nothing. */
export function settle(
  store: Store,
  id: string,
  spent: Amounts,
  lines: readonly Line[],
  now: number,
): MaybePromise<Booked> {
  return end(store, id, lines, now, (held) => settledBy(held, spent));
}

/** Gives back what a call holds, as if it had never been asked for. */
export function release(
  store: Store,
  id: string,
  lines: readonly Line[],
  now: number,
): MaybePromise<Booked> {
  return end(store, id, lines, now, releasedBy);
}

/** Books a call that nothing was held for, such as one that was judged without asking the store. */
export function book(
  store: Store,
  lines: readonly Line[],
  counts: Counts,
  spent: Amounts,
  now: number,
): MaybePromise<Booked> {
  if (lines.length === 0) return none;
  const counted = heldBy(lines, { ...counts, likely: nothing }, now, 0);
  const postings = counted.map((posting) => ({ ...posting, ...spent }));
  const names = [...new Set(postings.map(nameIn))];
  return transact(store, names.map(balanceKey), (values): Result =>
    written(balancesOf(values, names), lines, postings, now),
  );
}

/** The balances of lines, as far as there are any. */
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

type Result = { readonly writes: readonly Omit<Write, "expected">[]; readonly result: Booked };

function end(
  store: Store,
  id: string,
  lines: readonly Line[],
  now: number,
  ended: (held: readonly Posting[]) => readonly Posting[],
): MaybePromise<Booked> {
  const found = readAll(store, [holdKey(id)]);
  const go = (known: ReadonlyMap<string, { readonly value: string }>) => {
    const hold = known.get(holdKey(id));
    if (hold === undefined) return none;
    const held = JSON.parse(hold.value) as readonly Posting[];
    const names = [...new Set(held.map(nameIn))];
    return transact(store, [holdKey(id), ...names.map(balanceKey)], (values): Result => {
      if (!values.has(holdKey(id))) return { writes: [], result: none }; // settled meanwhile
      const removed = { key: holdKey(id), value: "", expiresAt: 0 };
      return written(balancesOf(values, names), lines, ended(held), now, [removed]);
    });
  };
  return andThen(found, go);
}

/** Posts to the balances, and raises the alerts that are due. */
function written(
  balances: ReadonlyMap<string, Balance>,
  lines: readonly Line[],
  postings: readonly Posting[],
  now: number,
  others: readonly Omit<Write, "expected">[] = [],
): Result {
  const after = new Map(balances);
  for (const posting of postings) {
    const name = nameIn(posting);
    const { startedAt = now, ...balance } = after.get(name) ?? emptyBalance;
    after.set(name, post({ ...balance, startedAt }, posting));
  }
  const alerts: Alert[] = [];
  const expiries = new Map<string, number>();
  for (const line of lines) {
    const name = nameOf(line, now);
    const balance = after.get(name);
    if (balance === undefined) continue;
    const due = dueAlerts(line, balance, now);
    alerts.push(...due.map((alert) => ({ account: line.account, ...alert })));
    const raised = Object.fromEntries(due.map(({ ceiling }) => [ceiling, now]));
    const alerted = { ...balance.alerted, ...raised };
    after.set(name, { ...current(balance, line.window, now), alerted });
    const { window } = line;
    expiries.set(name, (endOf(window, slotOf(window, now), now) ?? now + unusedMs) + dayMs);
  }
  const writes = [...after].map(([name, balance]) => ({
    key: balanceKey(name),
    value: JSON.stringify(balance),
    // A window that is over already has nobody's line any more; what is settled late is kept a while.
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
