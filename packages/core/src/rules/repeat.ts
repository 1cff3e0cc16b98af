import { oncePolicies } from "../evidence/policy.ts";
import { countOf, scaled } from "./ladder.ts";
import { judged, type Judgement, type Rule } from "./rule.ts";

/** How many more times a call of a mutating tool may be made in a row, whatever comes back. */
const backstop = 2;

/**
 * The same call with exactly the same outcome, while nothing else brings news; or the same failure, also between ever
 * new calls. The count starts anew when the outcome changes, and for every call when one that may change
 * the world has succeeded for the first time: after an edit the same test is a new question.
 *
 * As a backstop, also the same call of a mutating tool in a row, whatever comes back: the same edit while the file
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
      // What succeeds between ever new calls is work: a queue, a login before each record.
      const spared = !known.hasFailed && context.lane.news > known.news;
      same = judged(context, known.same, { signatures, repeats, spared });
    }
    const isRefused = same !== undefined && same.verdict !== "warn";
    if (isRefused || policy !== "mutating" || row?.signature !== signature) return same;
    const ladder = scaled(context.ladder, 1 + backstop / countOf(context.ladder.block));
    return judged({ ...context, ladder }, row, { signatures }) ?? same;
  },
};
