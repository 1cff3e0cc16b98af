import { tellRules } from "./tell-rules.ts";
import { setLane, setOverrides } from "./write-state.ts";
import { admitting, concernedBy } from "../rules/index.ts";
import type { SignedCall } from "../rules/signed-call.ts";
import type { RuleName } from "../vocabulary/call.ts";
import type { RequestedCall } from "./requested-call.ts";
import type { LaneContext } from "./lane-context.ts";
import type { JudgedCall, RoundVerdict } from "./judge-round.ts";

/** Refusals count once a round and rule; calls let through are told to the rules, each once. */
export function recordRound(
  context: LaneContext,
  asked: readonly RequestedCall[],
  { judged, overrides }: RoundVerdict,
): void {
  setOverrides(context.state, overrides);
  const refusing = judged.flatMap(refusingIn);
  if (refusing.length > 0) {
    const refused = { ...context.lane.refused };
    for (const rule of new Set(refusing)) refused[rule] = (refused[rule] ?? 0) + 1;
    setLane(context.state, context.key, { ...context.lane, refused });
  }
  const through = onceEach(
    asked.flatMap(({ signed }, index) => (judged[index]!.verdict === "block" ? [] : [signed])),
  );
  tellRules(admitting, context, (rule, own) => {
    const calls = concernedBy(rule, through);
    return calls.length === 0 ? [] : rule.admitted(calls, own);
  });
}

/** Of identical calls the last. */
function onceEach(calls: readonly SignedCall[]): readonly SignedCall[] {
  if (calls.length === 1) return calls;
  return [...new Map(calls.map((call) => [call.signature, call])).values()];
}

/** The rules for which a call is refused. */
function refusingIn({ verdict, findings }: JudgedCall): readonly RuleName[] {
  if (verdict !== "block") return [];
  return findings.flatMap((finding) =>
    finding.verdict === "block" && finding.rule !== "ceiling" && finding.rule !== "manual"
      ? [finding.rule]
      : [],
  );
}
