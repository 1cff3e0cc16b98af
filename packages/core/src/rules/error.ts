import { judged, type Rule } from "./rule.ts";

/**
 * How many times later this rule refuses a new question, and one whose failures are answers: nothing exists under ever
 * new names, or a validator finds other faults.
 */
export function lateness(isKnown: boolean, areAnswers: boolean): number {
  if (isKnown) return 1;
  return areAnswers ? 4 : 2;
}

/**
 * The same tool with the same error, with any arguments. guard masks numbers, ids and words of retries in the error. A
 * success of the tool clears the count. After news in the lane one call passes: an agent that reads between rejected
 * edits must be able to make the right one.
 */
export const error: Rule = {
  name: "error",
  reads: ["tool", "signature"],

  judge(_call, context) {
    const { tool, signature: known } = context.known;
    const failing = tool?.failing;
    if (failing === undefined) return undefined;
    return judged(context, failing, {
      signatures: [failing.signature],
      spared: context.lane.news > failing.news,
      factor: lateness(known !== undefined, failing.isNotFound),
    });
  },
};
