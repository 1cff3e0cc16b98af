import { ruleNames, type Finding, type Reason, type RuleName } from "../../vocabulary/call.ts";
import type { PriceUsed } from "../../vocabulary/price-used.ts";
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

const price: Shape<PriceUsed> = object<PriceUsed>({
  model: missing(text),
  from: oneOf({ price: true, provider: true, ceiling: true }),
  inputUsdPerMillion: missing(figure),
  outputUsdPerMillion: missing(figure),
  usdPerCall: missing(figure),
  providerToolUsd: missing(
    object({
      web_search: missing(figure),
      file_search: missing(figure),
      code_execution: missing(figure),
    }),
  ),
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
  price: missing(price),
  by: missing(text),
  why: missing(text),
});
