import type { Entry } from "../rules/evidence.ts";
import type { Rule, RuleContext } from "../rules/rule.ts";
import { baseContext, evidenceOf, type LaneContext } from "./lane-context.ts";
import { setEvidence } from "./write-state.ts";

/** Tells rules of something, and sets the entries that they want set. None sees what another has set now. */
export function tellRules<R extends Rule>(
  rules: readonly R[],
  context: LaneContext,
  tell: (rule: R, context: RuleContext) => readonly Entry[],
): void {
  const base = baseContext(context);
  const told = rules.map((rule) => tell(rule, { ...base, own: evidenceOf(rule, context) }));
  for (const [index, { scope, name, table = name }] of rules.entries()) {
    setEvidence(context.state, scope === "lane" ? context.key : null, table, told[index]!);
  }
}
