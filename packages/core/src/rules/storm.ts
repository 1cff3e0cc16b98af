import { lateness } from "./error.ts";
import { judged, type Rule } from "./rule.ts";

/**
 * The same tool failing in consecutive rounds of a lane, with any error. A success of anything ends
 * it; another tool that fails starts it anew.
 */
export const storm: Rule = {
  name: "storm",
  reads: ["failures", "signature"],

  judge({ tool }, context) {
    const { failures, signature: known } = context.known;
    if (failures?.tool !== tool) return undefined;
    return judged(context, failures, {
      signatures: [failures.signature],
      spared: context.lane.news > failures.news,
      factor: lateness(known !== undefined, failures.areAnswers),
    });
  },
};
