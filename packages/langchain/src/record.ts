import { checkRecord, type GuardRecord } from "@guard/core/adapter";

/**
 * The record that an agent's state keeps under the private key `_guard`; `undefined` where there is none.
 *
 * @throws {SnapshotError} for what stands in its place and is none
 */
export function recordIn(state: unknown): GuardRecord | undefined {
  const { _guard: record } = (state ?? {}) as { readonly _guard?: GuardRecord | null };
  if (record === undefined || record === null) return undefined;
  checkRecord(record, "_guard");
  return record;
}
