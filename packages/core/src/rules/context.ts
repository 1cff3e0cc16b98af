import { noLoop } from "../evidence/loop.ts";
import { judged, type Rule } from "./rule.ts";

/**
 * Requests that have grown too long: counts the input tokens of the lane's last answered request. Off unless the
 * options set its ladder, in tokens.
 */
export const context: Rule = {
  name: "context",
  reads: ["inputTokens"],
  kinds: ["model"],

  judge(_call, ruleContext) {
    const { inputTokens } = ruleContext.known;
    if (inputTokens === undefined) return undefined;
    return judged(
      ruleContext,
      { ...noLoop, count: inputTokens, calls: 1 },
      { signatures: [], isLevel: true },
    );
  },
};
