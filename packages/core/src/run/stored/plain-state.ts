import type { LaneEvidence, TurnEvidence } from "../../evidence/records.ts";
import type { RunState } from "../state.ts";
import type { Turn } from "../turn.ts";

type Entries<Of> = Of extends ReadonlyMap<infer Key, infer Value> ? [Key, Value][] : never;

/** The same with its maps as lists. */
type Listed<Of, Name extends keyof Of> = Omit<Of, Name> & {
  readonly [Key in Name]: Entries<Of[Key]>;
};

export type PlainLane = Listed<LaneEvidence, "tools" | "signatures">;
export type PlainHandoffs = Listed<TurnEvidence["handoffs"], "tasks">;
export type PlainTurn = Omit<Turn, "evidence"> & {
  readonly evidence: Omit<
    Listed<TurnEvidence, "signatures" | "agents" | "earlier" | "questions">,
    "handoffs"
  > & { readonly handoffs: PlainHandoffs };
};

/** A run's state with lists in place of collections, and without figures that can be computed again. */
export type PlainState = Omit<
  Listed<RunState, "lanes" | "accounts" | "pending" | "decided">,
  "pendingBySignature" | "pendingByLane" | "paid" | "evidence" | "turns"
> & {
  readonly evidence: [string, PlainLane][];
  readonly turns: [string, PlainTurn][];
};
