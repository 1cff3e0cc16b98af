import { judged, type Rule } from "./rule.ts";

/**
 * How many times as late a question is refused that was not asked before; and one whose failures are answers: under names
 * that are new each time nothing is there, or a validator finds other faults.
 */
export function lateness(isKnown: boolean, areAnswers: boolean): number {
  if (isKnown) return 1;
  return areAnswers ? 4 : 2;
}

/**
 * The same tool with the same error, with any arguments. Numbers, ids and the words of retries are
 * masked in the error. A success of the tool clears it; after news in the lane one call is let through:
 * rejected edits with readings between must not cost the right one.
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
