import { createBreaker, type Breaker } from "../breaker/breaker.ts";
import { isLater, withMoneyOf } from "../run/snapshot-merge.ts";
import { decode } from "../run/snapshot.ts";
import { readStored } from "../run/stored/read-stored.ts";
import { guardRecordShape, type GuardRecord } from "./guard-record.ts";

export type { GuardRecord } from "./guard-record.ts";

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

/** What a state keeps under `key`, whatever that is: it is read when a run goes on from it. */
export function recordIn(state: unknown, key: string): unknown {
  try {
    return (Reflect.get(Object(state), key) as unknown) ?? undefined;
  } catch {
    return "unreadable"; // so that it is told
  }
}

/**
 * A record as guard has written it; `undefined` where there is nothing.
 *
 * @param key where it was kept: what the path begins with
 * @throws {SnapshotError} with the path, for anything else, and for what another version has written
 */
export function readRecord(value: unknown, key: string): GuardRecord | undefined {
  if (value === undefined || value === null) return undefined;
  const read = readStored(guardRecordShape, value, key);
  decode(read.snapshot, `${key}.snapshot`);
  return read;
}

/**
 * The one of two records that has seen more calls: branches of one step write theirs in any order. Spending
 * never goes down. What was kept before and can't be read gives way.
 *
 * @throws {SnapshotError} for a next one that is no record
 */
export function laterRecord(
  before: GuardRecord | undefined,
  next: GuardRecord | undefined,
  key = "record",
): GuardRecord | undefined {
  const written = readRecord(next, key);
  const kept = readable(before, key);
  if (!kept || !written) return written ?? kept;
  return isLater(kept.snapshot, written.snapshot)
    ? withSpending(kept, written)
    : withSpending(written, kept);
}

function readable(value: unknown, key: string): GuardRecord | undefined {
  try {
    return readRecord(value, key);
  } catch {
    return undefined;
  }
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
