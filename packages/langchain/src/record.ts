import { checkRecord, recordIn as found, type GuardRecord } from "@guard/core/adapter";

/** Where an agent's state keeps its record: a private key. */
const key = "_guard";

/**
 * The record in an agent's state, or in what else a run is given; `undefined` where there is none.
 *
 * @throws {SnapshotError} for what stands in its place and is none
 */
export function recordIn(state: unknown): GuardRecord | undefined {
  checkRecord(state, key);
  return found(state, key);
}
