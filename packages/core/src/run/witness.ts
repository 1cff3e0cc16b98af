import { nothing } from "../budget/amounts.ts";
import type { SettledCall } from "../evidence/finished-call.ts";
import { learnStart } from "../evidence/learn-turn.ts";
import { isLook } from "../evidence/looks.ts";
import { toldOutcome, withPolicy } from "../options/tool-settings.ts";
import { outcomeFingerprint, unseenOutcome } from "../signature/outcome.ts";
import type { Call, Outcome } from "../vocabulary/call.ts";
import type { Circuit } from "./circuit.ts";
import { finishRound } from "./finish-round.ts";
import { evidenceOf, turnOf, type LaneContext } from "./lane-context.ts";
import { signCall } from "./sign-call.ts";
import type { LaneName } from "./use-lane.ts";
import { setTurn } from "./write-state.ts";

/**
 * Learns from calls of one answer and their outcomes, as if this lane had asked for them. It judges and books nothing.
 */
export function witness(
  circuit: Circuit,
  { key, agent, root }: LaneName,
  round: readonly (readonly [Call, Outcome])[],
): void {
  const { state } = circuit;
  const context = circuit.laneContext(key, agent, circuit.enforcement().now);
  const settled = round.map(([call, outcome]) => settledCall(context, call, outcome));
  const turn = turnOf(context);
  setTurn(state, root, { ...turn, evidence: learnStart(turn.evidence, settled) });
  finishRound(context, { spent: nothing, open: [], settled });
}

function settledCall(context: LaneContext, asked: Call, outcome: Outcome): SettledCall {
  const { settings, lane } = context;
  const call = withPolicy(settings, asked);
  const signed = signCall(settings, lane.agent, call);
  const { lane: record, signatures } = evidenceOf(context);
  const known = signatures.get(signed.signature);
  const unseen = outcome.status === "unknown" || outcome.status === "ignored";
  const told = toldOutcome(settings, signed.tool, outcome);
  return {
    ...signed,
    ...(unseen ? unseenOutcome : outcomeFingerprint(told)),
    isLook: isLook(signed, known, record),
    unseen,
    counts: true,
    spent: nothing,
  };
}
