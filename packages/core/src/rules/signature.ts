import { rung } from "./ladder.ts";
import { isRepeatedOnPurpose } from "./policy.ts";
import type { Rule, SignedCall, View } from "./rule.ts";

const isCounted = (call: SignedCall) => !isRepeatedOnPurpose(call.policy);
const askedBefore = (call: SignedCall, { own }: View) =>
  (own.get(call.signature) as number | undefined) ?? 0;

/**
 * The classic counter: the same signature, whatever came back, by whichever agent of the run. A round
 * counts once. The count includes the call that is judged, so 3 opens at the third identical call.
 *
 * On recorded runs it can't tell loops from work: it stops every loop and every legitimate
 * repetition. So `balanced` only lets it warn, and late; `strict` is for those who want it all the
 * same. Tools that are repeated on purpose are outside it.
 */
export const signatureCount: Rule = {
  name: "signature",
  scope: "breaker",

  judge(call, view) {
    if (!isCounted(call)) return undefined;
    const reached = rung(view.ladder, askedBefore(call, view) + 1, view.refused);
    return reached && { ...reached, signatures: [call.signature] };
  },

  admitted: (calls, view) =>
    calls.filter(isCounted).map((call) => [call.signature, askedBefore(call, view) + 1]),
};
