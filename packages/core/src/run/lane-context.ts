import type { Loop } from "../evidence/loop.ts";
import type { LaneEvidence, OutcomeHashes } from "../evidence/records.ts";
import { noLaneEvidence } from "../evidence/records.ts";
import type { SignedCall } from "../evidence/signed-call.ts";
import type { Settings } from "../options/settings.ts";
import type { Known } from "../rules/rule.ts";
import type { LaneState, RunState } from "./state.ts";
import { noTurn, type Turn } from "./turn.ts";

/** A lane at a moment. */
export interface LaneContext {
  readonly state: RunState;
  readonly settings: Settings;
  readonly now: number;
  readonly key: string;
  readonly lane: LaneState;
}

/** What a lane knows. Reading it stores nothing. */
export function evidenceOf({ state, key }: LaneContext): LaneEvidence {
  return state.evidence.get(key) ?? noLaneEvidence();
}

/** The turn that a lane works in. */
export function turnOf({ state, lane }: LaneContext): Turn {
  return state.turns.get(lane.root) ?? noTurn();
}

/** What an earlier instance of the lane's agent knows about a signature, if it ended before the lane began. */
export function earlierIn(
  { lane }: LaneContext,
  { evidence }: Turn,
  signature: string,
): readonly OutcomeHashes[] | undefined {
  if (evidence.earlier.size === 0) return undefined;
  const seen = evidence.earlier.get(`${lane.agent}\n${signature}`);
  return seen !== undefined && seen.ended <= lane.began ? seen.outcomes : undefined;
}

/** All records about a call. */
export function knownOf(
  context: LaneContext,
  evidence: LaneEvidence,
  turn: Turn,
  call: SignedCall,
): Known {
  const { signature, tool } = call;
  const { streak, row, failures, answers, modelFailures, costs, inputTokens } = evidence.lane;
  const { signatures, handoffs, agents, questions } = turn.evidence;
  const { question } = context.lane;
  return {
    signature: evidence.signatures.get(signature),
    earlier: earlierIn(context, turn, signature),
    tool: evidence.tools.get(tool),
    streak,
    row,
    failures,
    answers,
    modelFailures,
    costs,
    inputTokens,
    shared: signatures.get(signature),
    handoffs: { handoffs, agents },
    pending: context.state.pendingBySignature.get(signature),
    again: mostOf(turn.again, question === undefined ? undefined : questions.get(question)),
  };
}

/** The longer one of two loops. */
function mostOf(a: Loop | undefined, b: Loop | undefined): Loop | undefined {
  return (b?.count ?? 0) > (a?.count ?? 0) ? b : a;
}
