import { unchangedNow } from "../evidence/looks.ts";
import { judged, type Rule } from "./rule.ts";

/**
 * Looks and waits without a change: the job will never be done. A look counts more, the sooner it follows the last one:
 * `lookWeight` has the figures. While other calls of the lane bring news, this rule only warns.
 */
export const poll: Rule = {
  name: "poll",
  reads: ["signature"],
  policies: ["polling", "wait", "read", "unknown", "delegate"],
  looks: "only",

  judge({ signature }, context) {
    const { signature: known } = context.known;
    if (known?.unchanged === undefined) return undefined;
    const loop = unchangedNow(known.unchanged, context.now - known.at);
    return judged(context, loop, {
      signatures: [signature],
      repeats: [{ signature, exact: known.last.exact }],
      spared: context.lane.news > known.unchanged.news,
    });
  },
};
