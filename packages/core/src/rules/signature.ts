import { goOn, noLoop, type Loop } from "./loop.ts";
import { oncePolicies } from "./policy.ts";
import { judged, type Rule, type RuleContext } from "./rule.ts";
import type { SignedCall } from "./signed-call.ts";

const before = ({ signature }: SignedCall, { own }: RuleContext): Loop =>
  (own.get(signature) as Loop | undefined) ?? noLoop;

/**
 * The classic counter: the same signature, with any outcome, by any agent of the run. A round
 * counts once. The count includes the call that is judged, so 3 opens at the third identical call.
 *
 * On recorded runs it can't tell loops from work: it stops every loop and every legitimate
 * repetition. So `balanced` only lets it warn, and late; `strict` is for those who want it all the
 * same. Tools that are repeated on purpose are outside it.
 */
export const signatureCount: Rule = {
  name: "signature",
  scope: "breaker",
  policies: oncePolicies,

  judge(call, context) {
    const loop = before(call, context);
    return judged(context, { ...loop, count: loop.count + 1 }, { signatures: [call.signature] });
  },

  admitted: (calls, context) =>
    calls.map((call) => {
      const loop = before(call, context);
      return [call.signature, { ...loop, count: loop.count + 1, calls: loop.calls + 1 }];
    }),

  finished: (calls, context) =>
    calls.map((call) => {
      const loop = before(call, context);
      return [call.signature, { ...goOn(loop, 0, [call]), calls: loop.calls }];
    }),
};
