import type { Call, Decision, RuleName } from "../vocabulary/call.ts";
import { nothing } from "../budget/amounts.ts";
import type { Amounts } from "../vocabulary/spending.ts";
import type { Balance } from "../budget/balance.ts";
import type { Tables } from "../rules/evidence.ts";
import type { Override } from "../vocabulary/override.ts";
import { closed, type MachineState } from "../machine/state.ts";
import type { SignedCall } from "../rules/signed-call.ts";
import type { OutcomeFingerprint } from "../signature/outcome.ts";

/** A call of the lane's current round that has come back. */
export interface SettledCall extends SignedCall, OutcomeFingerprint {
  readonly unseen: boolean;
  readonly counts: boolean;
  readonly spent: Amounts;
}

/** The calls of one model answer, from their admission until all have come back. */
export interface Round {
  /** What the answers that led to it have cost. */
  readonly spent: Amounts;
  readonly open: readonly string[];
  readonly settled: readonly SettledCall[];
  /** The round is a probe: this is the token its lease names. */
  readonly probe?: string;
}

/** One agent's line of work. */
export interface LaneState {
  readonly agent: string;
  readonly round: Round | undefined;
  /** Hashes of the user messages so far, the newest last. */
  readonly messages: readonly string[];
  /** How many rounds have brought a success with news. */
  readonly news: number;
  /** What the lane's model calls have cost since its last round. */
  readonly answers: Amounts;
  /** Rounds in a row that a rule refused, without news between. */
  readonly refused: Readonly<Partial<Record<RuleName, number>>>;
  /** When it has asked for something, or was told something, last. */
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
  readonly signed: SignedCall;
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
  /** Decisions by lane, answer and call, for a caller that asks about the same call again. */
  readonly decided: Map<string, Decision>;
  /** Evidence by lane. */
  readonly evidence: Map<string, Tables>;
  /** Evidence of the whole breaker. */
  readonly shared: Tables;
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
    shared: new Map(),
    pendingBySignature: new Map(),
    pendingByLane: new Map(),
  };
}

export function freshLane(agent: string): LaneState {
  return {
    agent,
    round: undefined,
    messages: [],
    news: 0,
    answers: nothing,
    refused: {},
    usedAt: 0,
    hasEnded: false,
  };
}
