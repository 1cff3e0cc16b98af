import { learnStart } from "../evidence/learn-turn.ts";
import type { SignedCall } from "../evidence/signed-call.ts";
import type { RequestedCall } from "./requested-call.ts";
import { turnOf, type LaneContext } from "./lane-context.ts";
import type { JudgedCall, RoundVerdict } from "./judge-round.ts";
import { setLane, setOverrides, setTurn } from "./write-state.ts";

/** Refusals count once a round. The turn learns of calls that pass, each once. */
export function recordRound(
  context: LaneContext,
  asked: readonly RequestedCall[],
  { judged, overrides }: RoundVerdict,
): void {
  const { state, key, lane } = context;
  setOverrides(state, overrides);
  if (judged.some(isRefusedByRule)) setLane(state, key, { ...lane, refused: lane.refused + 1 });
  const through = onceEach(
    asked.flatMap(({ signed }, index) =>
      judged[index]!.verdict === "block" || signed.kind === "model" ? [] : [signed],
    ),
  );
  if (through.length === 0) return;
  const turn = turnOf(context);
  setTurn(state, lane.root, { ...turn, evidence: learnStart(turn.evidence, through) });
}

/** Of identical calls the last. */
function onceEach(calls: readonly SignedCall[]): readonly SignedCall[] {
  if (calls.length === 1) return calls;
  return [...new Map(calls.map((call) => [call.signature, call])).values()];
}

function isRefusedByRule({ verdict, findings }: JudgedCall): boolean {
  return verdict === "block" && findings.some(isRules);
}

function isRules({ rule, verdict }: JudgedCall["findings"][number]): boolean {
  return verdict === "block" && rule !== "ceiling" && rule !== "manual";
}
