import { unchangedNow } from "../evidence/looks.ts";
import { judged, type Rule } from "./rule.ts";

/**
 * Looking and waiting that goes on and on without a change: a job that will never be done. Each look counts by how
 * soon it comes after the last one: `lookWeight` has the figures. While anything else in the lane brings news the
 * looking is worth it: then it never goes beyond a warning.
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
