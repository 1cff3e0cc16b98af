import { noLoop } from "./loop.ts";
import { judged, type Rule } from "./rule.ts";

const inputKey = "input-tokens";

/**
 * Requests that have grown too long: the input tokens of the lane's last answered request. Off unless
 * its ladder is set, in tokens.
 */
export const context: Rule = {
  name: "context",
  scope: "lane",
  kinds: ["model"],

  judge(_call, ruleContext) {
    const tokens = ruleContext.own.get(inputKey) as number | undefined;
    if (tokens === undefined) return undefined;
    return judged(
      ruleContext,
      { ...noLoop, count: tokens, calls: 1 },
      { signatures: [], isLevel: true },
    );
  },

  answered: ({ inputTokens }) => (inputTokens === undefined ? [] : [[inputKey, inputTokens]]),
};
