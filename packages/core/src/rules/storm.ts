import { lateness } from "./error.ts";
import { judged, type Rule } from "./rule.ts";

/**
 * The same tool fails in rounds of a lane in a row, with any error. Any success ends the row; another tool that fails
 * starts a new row.
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
