import type { Snapshot } from "../vocabulary/snapshot.ts";
import { checkSnapshot } from "./stored-schema.ts";
import { freshState, type RunState } from "./state.ts";

/**
 * The state as plain JSON data. It stays as it is when the state goes on: what a state holds is replaced, never
 * changed, so nothing needs to be copied but the collections themselves.
 */
export function encode(state: RunState): Snapshot {
  const { pendingBySignature: _, pendingByLane: __, ...kept } = state;
  const plain: PlainState = {
    ...kept,
    lanes: [...state.lanes],
    accounts: [...state.accounts],
    pending: [...state.pending],
    decided: [...state.decided],
    evidence: [...state.evidence].map(([lane, own]) => [lane, tablesOut(own)]),
    shared: tablesOut(state.shared),
  };
  return { version: 1, state: plain };
}

/**
 * The state of a snapshot. Restoring decides nothing: what it says is what the next call meets.
 *
 * @throws {SnapshotError} where the snapshot is damaged or of another version
 */
export function decode(snapshot: unknown): RunState {
  checkSnapshot(snapshot);
  // What is read without looking has been checked; the rest is as it was written.
  const { state } = structuredClone(snapshot) as { readonly state: PlainState };
  const pending = new Map(state.pending);
  return {
    ...freshState(),
    ...state,
    lanes: new Map(state.lanes),
    accounts: new Map(state.accounts),
    pending,
    pendingBySignature: counted([...pending.values()].map((call) => call.signed.signature)),
    pendingByLane: counted([...pending.values()].map((call) => call.lane)),
    decided: new Map(state.decided),
    evidence: new Map(state.evidence.map(([lane, own]) => [lane, tablesIn(own)])),
    shared: tablesIn(state.shared),
  };
}

function counted(keys: readonly string[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const key of keys) counts.set(key, (counts.get(key) ?? 0) + 1);
  return counts;
}

type PlainTables = [string, [string, unknown][]][];

type Entries<Of> = Of extends Map<infer Key, infer Value> ? [Key, Value][] : never;

/** A state without what can be counted again, its collections as lists. */
type PlainState = Omit<RunState, Counted | "evidence" | "shared" | Listed> &
  Readonly<{ [Name in Listed]: Entries<RunState[Name]> }> & {
    readonly evidence: [string, PlainTables][];
    readonly shared: PlainTables;
  };

type Counted = "pendingBySignature" | "pendingByLane";
type Listed = "lanes" | "accounts" | "pending" | "decided";

const tablesOut = (own: RunState["shared"]): PlainTables =>
  [...own].map(([name, entries]) => [name, [...entries]]);

const tablesIn = (own: PlainTables): RunState["shared"] =>
  new Map(own.map(([name, entries]) => [name, new Map(entries)]));
