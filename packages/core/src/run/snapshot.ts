import type { LaneEvidence } from "../evidence/records.ts";
import type { Snapshot } from "../vocabulary/snapshot.ts";
import { migrated } from "./migrate-snapshot.ts";
import type { PlainLane, PlainState, PlainTurn } from "./stored/plain-state.ts";
import { readSnapshot } from "./stored/read-stored.ts";
import type { RunState } from "./state.ts";
import type { Turn } from "./turn.ts";

/**
 * The state as plain JSON. Later changes of the state don't change it: values in a state are replaced, never changed,
 * so only the collections need a copy.
 */
export function encode(state: RunState): Snapshot {
  const { pendingBySignature: _, pendingByLane: __, paid: ___, ...kept } = state;
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
 * Reads the state of a snapshot. The next call meets the restored state. A snapshot of an older version keeps money,
 * trip and overrides, and loses its evidence.
 *
 * @param what the start of the path in errors
 * @throws {SnapshotError} with the path, if the snapshot is damaged or of another version
 */
export function decode(snapshot: unknown, what = "snapshot"): RunState {
  const state = readSnapshot(migrated(snapshot), what);
  const pending = new Map(state.pending);
  return {
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
      ...counts,
      signatures: new Map(signatures),
      agents: new Map(agents),
      questions: new Map(questions),
      earlier: new Map(earlier),
      handoffs: { ...handoffs, tasks: new Map(handoffs.tasks) },
    },
  };
}
