import { oncePolicies } from "../evidence/policy.ts";
import { judged, type Rule } from "./rule.ts";

/**
 * The main rule: rounds in a row that bring nothing new.
 *
 * A round brings nothing new when every call in it repeats a (signature, outcome) that the lane has had in this turn.
 * One round with news ends the row. This finds AAAA, ABAB, ABCABC and shuffled loops. It refuses only a call that this
 * agent or another has made since the last change in the world: a new call may bring news, and after a change an old
 * question is new.
 *
 * On recorded runs, two such rounds and a known signature separate loops from work best: one round is too eager, three
 * are too late.
 */
export const noProgress: Rule = {
  name: "no-progress",
  reads: ["streak", "signature", "earlier"],
  policies: [...oncePolicies, "note"],

  judge(_call, context) {
    const { streak, signature: known, earlier } = context.known;
    if (streak === undefined || (known ?? earlier) === undefined) return undefined;
    const signatures = [...new Set(streak.repeats.map(({ signature }) => signature))];
    const { lane, mutations } = context;
    const isOld = known?.world === lane.world && known.mutations >= mutations;
    const spared = known !== undefined && !isOld;
    return judged(context, streak, { signatures, repeats: streak.repeats, spared });
  },
};
