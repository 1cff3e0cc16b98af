import { checkRecord, type GuardRecord } from "@guard/core/adapter";

/**
 * The record that an agent's state keeps under the private key `_guard`; `undefined` if it keeps no record.
 *
 * @throws {SnapshotError} when the key holds anything but a record
 */
export function recordIn(state: unknown): GuardRecord | undefined {
  const { _guard: record } = (state ?? {}) as { readonly _guard?: GuardRecord | null };
  if (record === undefined || record === null) return undefined;
  checkRecord(record, "_guard");
  return record;
}
