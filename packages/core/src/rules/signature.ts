import { noLoop } from "../evidence/loop.ts";
import { oncePolicies } from "../evidence/policy.ts";
import { judged, type Rule } from "./rule.ts";

/**
 * The classic counter: the same signature, with any outcome, by any agent of the turn. A round counts once. The count
 * includes the call that is judged, so 3 opens at the third identical call. The first call is never judged.
 *
 * On recorded runs it can't tell loops from work: it stops every loop and every honest repetition. So in `balanced` it
 * only warns, and late. It does not judge tools that are repeated on purpose.
 */
export const signatureCount: Rule = {
  name: "signature",
  reads: ["shared"],
  policies: oncePolicies,
  looks: "also",

  judge({ signature }, context) {
    const asked = context.known.shared?.asked ?? noLoop;
    return judged(context, { ...asked, count: asked.count + 1 }, { signatures: [signature] });
  },
};
