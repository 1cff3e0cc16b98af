import { ruleNames, type Finding, type Reason, type RuleName } from "../../vocabulary/call.ts";
import { count, figure, list, missing, object, oneOf, text, type Shape } from "./shapes.ts";

const rules = Object.fromEntries(ruleNames.map((name) => [name, true])) as Record<RuleName, true>;

export const reasonShape: Shape<Reason> = oneOf<Reason>({
  loop: true,
  budget: true,
  delegation: true,
  failure: true,
  context: true,
  drift: true,
  manual: true,
});

/** One rule's evidence. */
export const findingShape: Shape<Finding> = object({
  rule: oneOf({ ...rules, ceiling: true, manual: true }),
  reason: reasonShape,
  verdict: oneOf({ warn: true, block: true, open: true }),
  count: figure,
  limit: figure,
  agent: text,
  tool: missing(text),
  signatures: list(text),
  cure: missing(text),
  cost: object({ calls: count, tokens: figure, usd: figure }),
  ceiling: missing(text),
  account: missing(text),
});
