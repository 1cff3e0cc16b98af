import { emptyBalance, post, runningAt } from "../budget/balance.ts";
import type { Priced } from "../budget/price-of.ts";
import { dropEnded } from "../collections/bounded-map.ts";
import type { MachineState } from "../machine/state.ts";
import { noTurnEvidence, type LaneEvidence } from "../evidence/records.ts";
import type { Decision } from "../vocabulary/call.ts";
import type { Posting } from "../vocabulary/posting.ts";
import type { LaneState, PendingCall, RunState } from "./state.ts";
import type { Turn } from "./turn.ts";

// The only place that writes a run's state. Values in its collections are replaced, never changed.

/** Decisions about calls that have settled, or were refused. */
const maxDecided = 10_000;

/** Turns of root runs that have ended. */
const maxTurns = 1_000;

export function setLane(state: RunState, key: string, lane: LaneState): void {
  state.lanes.set(key, lane);
}

/** Sets what a lane knows. */
export function setEvidence(state: RunState, key: string, evidence: LaneEvidence): void {
  state.evidence.set(key, evidence);
}

/** Sets the turn of a root run. Turns of ended runs go, the oldest first. */
export function setTurn(state: RunState, root: string, turn: Turn): void {
  const isNew = !state.turns.has(root);
  state.turns.set(root, turn);
  if (!isNew) return;
  const live = new Set(
    [...state.lanes.values()].filter(({ hasEnded }) => !hasEnded).map((lane) => lane.root),
  );
  dropEnded(
    state.turns,
    maxTurns,
    (_, known) => known !== "" && known !== root && !live.has(known),
  );
}

/** Applies postings to accounts of the run. `at`: the time of the `monotonic` clock. */
export function addPostings(
  { accounts }: RunState,
  postings: readonly Posting[],
  at: number,
): void {
  for (const posting of postings) {
    const before = accounts.get(posting.account) ?? emptyBalance;
    accounts.set(posting.account, post(runningAt(before, at), posting));
  }
}

/** Remembers that an alert was raised for a ceiling of an account. */
export function setAlerted(
  { accounts }: RunState,
  account: string,
  ceiling: string,
  at: number,
): void {
  const balance = accounts.get(account) ?? emptyBalance;
  accounts.set(account, { ...balance, alerted: { ...balance.alerted, [ceiling]: at } });
}

/** Remembers the model call that was paid last. */
export function setPaid(state: RunState, paid: Priced): void {
  state.paid = paid;
}

export function setMachine(state: RunState, machine: MachineState, generation: number): void {
  if (machine.status === "open" && state.machine.status !== "open") state.tripCount += 1;
  state.machine = machine;
  state.generation = generation;
}

export function setOverrides(state: RunState, overrides: RunState["overrides"]): void {
  state.overrides = overrides;
}

/** Takes new numbers for tokens and overrides. Returns the first one. */
export function takeNumbers(state: RunState, howMany: number): number {
  const first = state.tokens + 1;
  state.tokens += howMany;
  return first;
}

export function addPending(state: RunState, token: string, call: PendingCall): void {
  state.pending.set(token, call);
  countPending(state, call, 1);
}

export function removePending(state: RunState, token: string): void {
  const call = state.pending.get(token);
  if (call === undefined) return;
  state.pending.delete(token);
  countPending(state, call, -1);
}

/** Remembers the decision about a call of an answer. */
export function rememberDecision(state: RunState, key: string, decision: Decision): void {
  state.decided.set(key, decision);
  dropEnded(state.decided, maxDecided, ({ token }) => !state.pending.has(token.id));
}

/** A lane starts anew, and forgets what it knows. */
export function clearLane(state: RunState, key: string, lane: LaneState): void {
  state.evidence.delete(key);
  setLane(state, key, { ...lane, round: undefined, refused: 0 });
}

/** A lane asks for the calls of one more answer. A lane that guard has only refused does not count. */
export function countRound(state: RunState, key: string): void {
  const lane = state.lanes.get(key);
  if (lane !== undefined) setLane(state, key, { ...lane, rounds: (lane.rounds ?? 0) + 1 });
}

/** Forgets all evidence, but not how turns ended. */
export function clearAllEvidence({ evidence, turns, lanes }: RunState): void {
  evidence.clear();
  for (const [root, turn] of turns) {
    turns.set(root, { ...turn, evidence: noTurnEvidence(), again: undefined });
  }
  for (const [key, lane] of lanes) lanes.set(key, { ...lane, round: undefined, refused: 0 });
}

/** Clears what ends with a run. Holds in shared accounts stay until they settle. */
export function clearRun(state: RunState): void {
  state.evidence.clear();
  state.turns.clear();
  state.lanes.clear();
  for (const [token, call] of state.pending) {
    if (call.reservationId === undefined) state.pending.delete(token);
    else state.pending.set(token, { ...call, accounts: [] });
  }
  state.pendingBySignature.clear();
  state.pendingByLane.clear();
  state.decided.clear();
  state.accounts.clear();
  state.paid = undefined;
}

function countPending(
  { pendingBySignature, pendingByLane }: RunState,
  { signed, lane }: PendingCall,
  step: number,
): void {
  count(pendingBySignature, signed.signature, step);
  count(pendingByLane, lane, step);
}

function count(counts: Map<string, number>, key: string, step: number): void {
  const now = (counts.get(key) ?? 0) + step;
  if (now > 0) counts.set(key, now);
  else counts.delete(key);
}
