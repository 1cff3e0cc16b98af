import { costPostings, releasePostings } from "../budget/postings.ts";
import { plus } from "../budget/amounts.ts";
import { endProbe } from "../machine/end-probe.ts";
import type { SettledCall } from "../evidence/finished-call.ts";
import { learnAnswer, learnModelFailure } from "../evidence/learn-answer.ts";
import { learnSaid } from "../evidence/learn-turn.ts";
import { answerFingerprint } from "../signature/answer.ts";
import { outcomeFingerprint, unseenOutcome, type ToldOutcome } from "../signature/outcome.ts";
import type { Outcome, Settlement, Token } from "../vocabulary/call.ts";
import type { Posting } from "../vocabulary/posting.ts";
import type { Amounts } from "../vocabulary/spending.ts";
import type { CallCost } from "./call-cost.ts";
import type { Circuit, Enforcement } from "./circuit.ts";
import { finishRound, learnLate, probeResult } from "./finish-round.ts";
import { heldPostings } from "./held-postings.ts";
import { evidenceOf, turnOf, type LaneContext } from "./lane-context.ts";
import type { PendingCall, Round } from "./state.ts";
import { learnQuestion, printWith, withAnswer } from "./turn.ts";
import {
  addPostings,
  removePending,
  setEvidence,
  setLane,
  setPaid,
  setTurn,
} from "./write-state.ts";

/** What guard did with a result, and the changes in the run's accounts. */
export interface AppliedResult {
  readonly settlement: Settlement;
  readonly postings: readonly Posting[];
}

/**
 * Takes in one result. Books its cost once. Learns from its outcome, unless the circuit has moved since the call was
 * admitted. Books nothing for a call that was never made. The last result of a round ends the round.
 */
export function applyResult(
  circuit: Circuit,
  token: Token,
  outcome: ToldOutcome,
  cost: CallCost | undefined,
  made: boolean,
): AppliedResult {
  const enforcement = circuit.enforcement();
  const { state } = circuit;
  const context = circuit.laneContext(token.lane, "", enforcement.now);
  const call = state.pending.get(token.id);
  if (token.refused) return unapplied("refused");
  const isStale = (call ?? token).generation !== state.generation;
  if (call === undefined || cost === undefined) {
    return isStale ? stale(circuit, context) : unapplied("settled");
  }
  removePending(state, token.id);
  const held = heldPostings(call);
  const postings = made ? costPostings(held, cost.spent) : releasePostings(held);
  addPostings(state, postings, circuit.settings.monotonic());
  if (cost.paid !== undefined && cost.spent.nanoUsd > 0) setPaid(state, cost.paid);
  if (isStale) return { ...stale(circuit, context), postings };
  if (call.kind === "model") applyAnswer(context, outcome, cost);
  else applyToRound(circuit, context, token, settledCall(call, outcome, cost.spent), enforcement);
  return { settlement: { applied: true }, postings };
}

function stale(circuit: Circuit, { lane }: LaneContext): AppliedResult {
  circuit.emit({ type: "stale-result", agent: lane.agent });
  return unapplied("stale");
}

function unapplied(reason: "refused" | "settled" | "stale"): AppliedResult {
  return { settlement: { applied: false, reason }, postings: [] };
}

/** A model's answer, or its failure: the lane bears its cost, and the lane and the turn learn from it. */
function applyAnswer(context: LaneContext, outcome: Outcome, { usage, spent }: CallCost): void {
  const { state, key, lane, now } = context;
  setLane(state, key, { ...lane, usedAt: now, answers: plus(lane.answers, spent) });
  const { status } = outcome;
  if (status === "ignored" || status === "unknown") return;
  const evidence = evidenceOf(context);
  const turn = turnOf(context);
  const isRoots = turn.agent === lane.agent;
  const ended = (end: string) => {
    if (lane.question !== undefined) {
      learnQuestion(turn.evidence, lane.question, printWith(lane.print, end), now);
    }
  };
  if (status === "failure") {
    ended("failed");
    setEvidence(state, key, { ...evidence, lane: learnModelFailure(evidence.lane, spent) });
    if (isRoots) setTurn(state, lane.root, withAnswer(turn, "failed", false, now));
    return;
  }
  // Without a result guard does not know the answer. An empty answer that `run` returned is known.
  const answer = answerFingerprint("result" in outcome ? outcome.result : unread);
  const isTold = outcome.result !== undefined;
  const learned = { ...answer, isTold, inputTokens: usage.inputTokens, spent };
  setEvidence(state, key, { ...evidence, lane: learnAnswer(evidence.lane, learned) });
  const { text, isEmpty } = answer;
  if (text === undefined) return;
  if (!isEmpty) learnSaid(turn.evidence, lane.agent, text);
  ended(text);
  setTurn(state, lane.root, isRoots ? withAnswer(turn, text, !isEmpty, now) : turn);
}

const unread = {};

/** A result goes to the round that waits for it. guard learns from a later result alone. */
function applyToRound(
  circuit: Circuit,
  context: LaneContext,
  { id }: Token,
  settled: SettledCall | undefined,
  enforcement: Enforcement,
): void {
  const { state, key, now } = context;
  const lane = { ...context.lane, usedAt: now };
  const { round } = lane;
  if (round?.open.includes(id) !== true) {
    if (settled?.unseen === false) learnLate(context, settled);
    return;
  }
  const rest: Round = {
    ...round,
    open: round.open.filter((open) => open !== id),
    settled: settled === undefined ? round.settled : [...round.settled, settled],
  };
  setLane(state, key, { ...lane, round: rest });
  if (rest.open.length === 0) endRound(circuit, key, rest, enforcement);
}

function endRound(circuit: Circuit, key: string, round: Round, enforcement: Enforcement): void {
  const context = circuit.laneContext(key, "", enforcement.now);
  const { machine } = circuit.state;
  if (round.probe === undefined || machine.status !== "half-open") {
    finishRound(context, round);
    return;
  }
  const held = enforcement.override?.force === "open";
  const result = held ? "nothing" : probeResult(context, round, machine.trip.repeats);
  finishRound(context, round);
  const { random, recovery } = circuit.settings;
  circuit.move(
    endProbe(machine, round.probe, result, enforcement.now, random(), recovery),
    enforcement,
  );
}

/** The outcome for the rules. An ignored call has none. */
function settledCall(
  call: PendingCall,
  outcome: ToldOutcome,
  spent: Amounts,
): SettledCall | undefined {
  if (outcome.status === "ignored") return undefined;
  const unseen = outcome.status === "unknown";
  const fingerprint = unseen ? unseenOutcome : outcomeFingerprint(outcome);
  const { signed, counts } = call;
  // A call that changes the world, or writes for the agent alone, is done when it comes back.
  const pending = fingerprint.pending && (signed.policy === "read" || signed.policy === "unknown");
  return { ...signed, ...fingerprint, pending, unseen, counts, spent };
}
