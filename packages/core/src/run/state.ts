import type { Call, Decision } from "../vocabulary/call.ts";
import { nothing } from "../budget/amounts.ts";
import type { Amounts } from "../vocabulary/spending.ts";
import type { Priced } from "../budget/price-of.ts";
import type { Balance } from "../budget/balance.ts";
import type { SettledCall, StartedCall } from "../evidence/finished-call.ts";
import type { LaneEvidence } from "../evidence/records.ts";
import type { Override } from "../vocabulary/override.ts";
import { closed, type MachineState } from "../machine/state.ts";
import type { Turn } from "./turn.ts";

/** The calls of one model answer, from their admission until all have come back. */
export interface Round {
  /** What the answers that led to it have cost. */
  readonly spent: Amounts;
  readonly open: readonly string[];
  readonly settled: readonly SettledCall[];
  /** The round is a probe: this is the token its lease names. */
  readonly probe?: string;
}

/** One conversation of one agent. */
export interface LaneState {
  readonly agent: string;
  /** The root run that it works in; empty where a breaker has one. */
  readonly root: string;
  readonly round: Round | undefined;
  /** What the lane's model calls have cost since its last round. */
  readonly answers: Amounts;
  /** Rounds in a row in which a rule refused something, without news between. */
  readonly refused: number;
  /** What it was asked at first, as a hash, where it is one of several conversations of its agent. */
  readonly question?: string | undefined;
  /** What it has asked for, what came back and what it answered, as one hash; empty at first. */
  readonly print: string;
  /** How many lanes of the turn had ended when it began. */
  readonly began: number;
  /** When it has asked for something, or something came back to it, last. */
  readonly usedAt: number;
  /** The instance of the agent has ended, as far as its framework says so. */
  readonly hasEnded: boolean;
}

/** A call that has been admitted and has not settled. */
export interface PendingCall {
  readonly kind: Call["kind"];
  readonly lane: string;
  readonly generation: number;
  /** What is held for it, in which accounts of the run, and until when. */
  readonly reserved: Amounts;
  readonly accounts: readonly string[];
  readonly expires: string;
  /** Under which id the accounts that runs share hold it; absent where they hold nothing. */
  readonly reservationId?: string | undefined;
  /** For model calls: tokens of the request as they were estimated. */
  readonly estimatedTokens?: number | undefined;
  /** What the rules will be told. */
  readonly signed: StartedCall;
  /** For model calls: what a price needs. */
  readonly provider?: string | undefined;
  readonly serviceTier?: string | undefined;
  /** Whether a repeat counts: not if the call runs only because guard observes. */
  readonly counts: boolean;
}

/**
 * Everything a breaker knows about its run: plain data. Only the run writes it, at once and in
 * place (`write-state.ts`).
 */
export interface RunState {
  generation: number;
  tripCount: number;
  tokens: number;
  machine: MachineState;
  overrides: readonly Override[];
  /** The balances of the run itself and of its agents and tools. */
  readonly accounts: Map<string, Balance>;
  readonly lanes: Map<string, LaneState>;
  readonly pending: Map<string, PendingCall>;
  /** The model call that was paid for last: a ceiling in USD says by its price what the run was reckoned with. */
  paid?: Priced | undefined;
  /** Decisions by lane, answer and call, for a caller that asks about the same call again. */
  readonly decided: Map<string, Decision>;
  /** What each lane knows. */
  readonly evidence: Map<string, LaneEvidence>;
  /** The turn of each root run. */
  readonly turns: Map<string, Turn>;
  /** How many pending calls have a signature. Follows `pending`. */
  readonly pendingBySignature: Map<string, number>;
  /** How many pending calls a lane has. Follows `pending`. */
  readonly pendingByLane: Map<string, number>;
}

export function freshState(): RunState {
  return {
    generation: 1,
    tripCount: 0,
    tokens: 0,
    machine: closed,
    overrides: [],
    accounts: new Map(),
    lanes: new Map(),
    pending: new Map(),
    decided: new Map(),
    evidence: new Map(),
    turns: new Map(),
    pendingBySignature: new Map(),
    pendingByLane: new Map(),
  };
}

export function freshLane(agent: string, root: string, began = 0): LaneState {
  return {
    agent,
    root,
    round: undefined,
    answers: nothing,
    refused: 0,
    print: "",
    began,
    usedAt: 0,
    hasEnded: false,
  };
}
