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

/** The calls of one model answer, until all have come back. */
export interface Round {
  /** What the answers before the round have cost. */
  readonly spent: Amounts;
  readonly open: readonly string[];
  readonly settled: readonly SettledCall[];
  /** The round is a probe: this is the token its lease names. */
  readonly probe?: string;
}

/** One conversation of one agent. */
export interface LaneState {
  readonly agent: string;
  /** The root run of the lane. Empty if the breaker has only one. */
  readonly root: string;
  readonly round: Round | undefined;
  /** What the lane's model calls have cost since its last round. */
  readonly answers: Amounts;
  /** Rounds in a row in which a rule refused a call, without news between. */
  readonly refused: number;
  /** How many of its answers have asked for calls. Default: 0. */
  readonly rounds?: number | undefined;
  /** The hash of its first question, if its agent has several conversations. */
  readonly question?: string | undefined;
  /** Its calls, outcomes and answers as one hash. Empty at first. */
  readonly print: string;
  /** How many lanes of the turn had ended when it began. */
  readonly began: number;
  /** When it last asked for something or got a result. */
  readonly usedAt: number;
  /** Whether the framework has reported the end of the agent's instance. */
  readonly hasEnded: boolean;
}

/** A call that has been admitted and has not settled. */
export interface PendingCall {
  readonly kind: Call["kind"];
  readonly lane: string;
  readonly generation: number;
  /** What guard holds for the call, in which accounts of the run, and until when. */
  readonly reserved: Amounts;
  readonly accounts: readonly string[];
  readonly expires: string;
  /** The id under which shared accounts hold it. Absent if they hold nothing. */
  readonly reservationId?: string | undefined;
  /** For model calls: the estimated tokens of the request. */
  readonly estimatedTokens?: number | undefined;
  /** The call as the rules see it. */
  readonly signed: StartedCall;
  /** For model calls: what the price depends on. */
  readonly provider?: string | undefined;
  readonly serviceTier?: string | undefined;
  /** Whether a repeat counts. It does not if the call runs only because guard observes. */
  readonly counts: boolean;
}

/** Everything a breaker knows about its run: plain data. Only `write-state.ts` changes it. */
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
  /** The model call that was paid last: its price is the price in the finding of a limit in USD. */
  paid?: Priced | undefined;
  /** Decisions by lane, answer and call, for callers that ask again. */
  readonly decided: Map<string, Decision>;
  /** What each lane knows. */
  readonly evidence: Map<string, LaneEvidence>;
  /** The turn of each root run. */
  readonly turns: Map<string, Turn>;
  /** How many pending calls have each signature. Computed from `pending`. */
  readonly pendingBySignature: Map<string, number>;
  /** How many pending calls each lane has. Computed from `pending`. */
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
