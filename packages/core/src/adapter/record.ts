import { createBreaker, type Breaker } from "../breaker/breaker.ts";
import { isLater, withMoneyOf } from "../run/snapshot-merge.ts";
import type { Snapshot } from "../vocabulary/snapshot.ts";
import { SnapshotError } from "../vocabulary/errors.ts";
import type { TripReport } from "../vocabulary/trip-report.ts";

/** What the state of a thread keeps of its guard: plain JSON. */
export interface GuardRecord {
  /** Everything the breaker knows: evidence, money and the trip. */
  readonly snapshot: Snapshot;
  /** The trip that holds the circuit open, if one does. */
  readonly trip?: TripReport;
  /** The answers that have asked for calls which had not started, by the keys of these calls. */
  readonly open?: Readonly<Record<string, string>>;
  /** The questions whose answers the snapshot has heard. */
  readonly approved?: readonly string[];
}

/** What a run has come to. */
export function recordOf(
  breaker: Breaker,
  open: NonNullable<GuardRecord["open"]>,
  approved: Iterable<string>,
): GuardRecord {
  const { trip } = breaker;
  const record = { snapshot: breaker.snapshot(), open, approved: [...approved] };
  return trip === undefined ? record : { ...record, trip };
}

/** What a state keeps under `key`, if it is a record of guard's. */
export function recordIn(state: unknown, key: string): GuardRecord | undefined {
  const isObject = typeof state === "object" && state !== null;
  const record = isObject ? (Reflect.get(state, key) as GuardRecord | null | undefined) : undefined;
  return typeof record?.snapshot?.state === "object" ? record : undefined;
}

/**
 * Refuses what a state keeps under `key`, where that is something else.
 *
 * @throws {SnapshotError}
 */
export function checkRecord(record: unknown, key: string): void {
  if (record === undefined || record === null || recordIn({ record }, "record")) return;
  throw new SnapshotError(`${key}: expected a record that guard has written`);
}

/**
 * The one of two records that has seen more calls: branches of one step write theirs in any order. Spending
 * never goes down.
 *
 * @throws {SnapshotError} for what is no record
 */
export function laterRecord(
  before: GuardRecord | undefined,
  next: GuardRecord | undefined,
): GuardRecord | undefined {
  if (!before || !next) return next ?? before;
  return isLater(before.snapshot, next.snapshot)
    ? withSpending(before, next)
    : withSpending(next, before);
}

/** A record whose money is at least that of another; where there was no record, it holds nothing but money. */
export function withSpending(
  record: GuardRecord | undefined,
  other: GuardRecord | undefined,
): GuardRecord | undefined {
  if (other === undefined) return record;
  const own = record ?? { snapshot: createBreaker().snapshot() };
  return { ...own, snapshot: withMoneyOf(own.snapshot, other.snapshot) };
}
