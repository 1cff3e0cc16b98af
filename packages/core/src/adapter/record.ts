import { createBreaker, type Breaker } from "../breaker/breaker.ts";
import { isLater, withMoneyOf } from "../run/snapshot-merge.ts";
import { decode } from "../run/snapshot.ts";
import { readStored } from "../run/stored/read-stored.ts";
import { guardRecordShape, type GuardRecord } from "./guard-record.ts";

export type { GuardRecord } from "./guard-record.ts";

/** The state of a run, as a record. */
export function recordOf(
  breaker: Breaker,
  open: NonNullable<GuardRecord["open"]>,
  approved: Iterable<string>,
): GuardRecord {
  const { trip } = breaker;
  const record = { snapshot: breaker.snapshot(), open, approved: [...approved] };
  return trip === undefined ? record : { ...record, trip };
}

/** What a state keeps under `key`. guard reads it when a run goes on from it. */
export function recordIn(state: unknown, key: string): unknown {
  try {
    return (Reflect.get(Object(state), key) as unknown) ?? undefined;
  } catch {
    return "unreadable"; // so that it is told
  }
}

/**
 * Reads a record of guard's. `undefined` if the value holds no record.
 *
 * @param key where the record was kept: the start of the path in errors
 * @throws {SnapshotError} with the path, for anything else, and for a record of another version
 */
export function readRecord(value: unknown, key: string): GuardRecord | undefined {
  if (value === undefined || value === null) return undefined;
  const read = readStored(guardRecordShape, value, key);
  decode(read.snapshot, `${key}.snapshot`);
  return read;
}

/**
 * The record that has seen more calls: branches of one step write their records in any order. Spending never goes down.
 * A damaged earlier record gives way.
 *
 * @throws {SnapshotError} if the next one is no record
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

/** A record with at least the money of another. Without a first record it holds only money. */
export function withSpending(
  record: GuardRecord | undefined,
  other: GuardRecord | undefined,
): GuardRecord | undefined {
  if (other === undefined) return record;
  const own = record ?? { snapshot: createBreaker().snapshot() };
  return { ...own, snapshot: withMoneyOf(own.snapshot, other.snapshot) };
}
