import { oncePolicies } from "../evidence/policy.ts";
import { countOf, scaled } from "./ladder.ts";
import { judged, type Judgement, type Rule } from "./rule.ts";

/** How many more times a mutating call may be made in a row, with any outcomes. */
const backstop = 2;

/**
 * The same call with exactly the same outcome, while nothing else brings news; or the same failure, also between new
 * calls. The count starts again when the outcome changes. It starts again for all calls after the first success of a
 * call that may change the world: after an edit, the same test is a new question.
 *
 * Also the same call of a mutating tool in a row, with any outcomes: the same edit again and again, while the file
 * grows.
 */
export const repeat: Rule = {
  name: "repeat",
  reads: ["signature", "row"],
  policies: oncePolicies,

  judge({ signature, policy }, context) {
    const { signature: known, row } = context.known;
    if (known === undefined) return undefined;
    const signatures = [signature];
    let same: Judgement | undefined;
    if (known.world === context.lane.world) {
      const repeats = [{ signature, exact: known.last.exact }];
      // A success between new calls is work: a queue, a login before each record.
      const spared = !known.hasFailed && context.lane.news > known.news;
      same = judged(context, known.same, { signatures, repeats, spared });
    }
    const isRefused = same !== undefined && same.verdict !== "warn";
    if (isRefused || policy !== "mutating" || row?.signature !== signature) return same;
    const ladder = scaled(context.ladder, 1 + backstop / countOf(context.ladder.block));
    return judged({ ...context, ladder }, row, { signatures }) ?? same;
  },
};
