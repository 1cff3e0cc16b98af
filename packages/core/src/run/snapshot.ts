import { noTurnEvidence, type LaneEvidence, type TurnEvidence } from "../evidence/records.ts";
import type { Snapshot } from "../vocabulary/snapshot.ts";
import { migrated } from "./migrate-snapshot.ts";
import { checkSnapshot } from "./stored-schema.ts";
import { freshState, type RunState } from "./state.ts";
import type { Turn } from "./turn.ts";

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
    evidence: [...state.evidence].map(([lane, own]) => [lane, laneOut(own)]),
    turns: [...state.turns].map(([root, turn]) => [root, turnOut(turn)]),
  };
  return { version: 2, state: plain };
}

/**
 * The state of a snapshot. Restoring decides nothing: what it says is what the next call meets. A snapshot of an
 * older version keeps its money, its trip and its overrides; its evidence is forgotten.
 *
 * @throws {SnapshotError} where the snapshot is damaged or of another version
 */
export function decode(snapshot: unknown): RunState {
  const current = migrated(snapshot);
  checkSnapshot(current);
  // What is read without looking has been checked; the rest is as it was written.
  const { state } = structuredClone(current) as { readonly state: PlainState };
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
    evidence: new Map(state.evidence.map(([lane, own]) => [lane, laneIn(own)])),
    turns: new Map(state.turns.map(([root, turn]) => [root, turnIn(turn)])),
  };
}

function counted(keys: readonly string[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const key of keys) counts.set(key, (counts.get(key) ?? 0) + 1);
  return counts;
}

type Entries<Of> = Of extends ReadonlyMap<infer Key, infer Value> ? [Key, Value][] : never;

/** The same with its maps as lists. */
type Listed<Of, Name extends keyof Of> = Omit<Of, Name> & {
  readonly [Key in Name]: Entries<Of[Key]>;
};

type PlainLane = Listed<LaneEvidence, "tools" | "signatures">;
type PlainHandoffs = Listed<TurnEvidence["handoffs"], "tasks">;
type PlainTurn = Omit<Turn, "evidence"> & {
  readonly evidence: Omit<
    Listed<TurnEvidence, "signatures" | "agents" | "earlier" | "questions">,
    "handoffs"
  > & { readonly handoffs: PlainHandoffs };
};

/** A state without what can be counted again, its collections as lists. */
type PlainState = Omit<
  Listed<RunState, "lanes" | "accounts" | "pending" | "decided">,
  "pendingBySignature" | "pendingByLane" | "evidence" | "turns"
> & {
  readonly evidence: [string, PlainLane][];
  readonly turns: [string, PlainTurn][];
};

const laneOut = ({ lane, tools, signatures }: LaneEvidence): PlainLane => ({
  lane,
  tools: [...tools],
  signatures: [...signatures],
});

const laneIn = ({ lane, tools, signatures }: PlainLane): LaneEvidence => ({
  lane,
  tools: new Map(tools),
  signatures: new Map(signatures),
});

function turnOut({ evidence, ...turn }: Turn): PlainTurn {
  const { signatures, agents, earlier, questions, handoffs, ...counts } = evidence;
  return {
    ...turn,
    evidence: {
      ...counts,
      signatures: [...signatures],
      agents: [...agents],
      questions: [...questions],
      earlier: [...earlier],
      handoffs: { ...handoffs, tasks: [...handoffs.tasks] },
    },
  };
}

function turnIn({ evidence, ...turn }: PlainTurn): Turn {
  const { signatures, agents, earlier, questions, handoffs, ...counts } = evidence;
  return {
    ...turn,
    evidence: {
      ...noTurnEvidence(),
      ...counts,
      signatures: new Map(signatures),
      agents: new Map(agents),
      questions: new Map(questions),
      earlier: new Map(earlier),
      handoffs: { ...handoffs, tasks: new Map(handoffs.tasks) },
    },
  };
}
