import { isNearSame } from "../evidence/learn-tool.ts";
import { judged, type Rule } from "./rule.ts";

/**
 * A tool that gives the same bad answer to near-same questions: the agent rephrases them, or changes only a page, an
 * offset or a cursor. A bad answer is a failure or a refusal; for a tool that reads also an empty answer, or the same
 * long answer. The same empty answer for other names is a screening, and the same `ok` to different writes is work.
 */
export const churn: Rule = {
  name: "churn",
  reads: ["tool"],
  policies: ["read", "unknown"],

  judge(call, context) {
    const churning = context.known.tool?.churning;
    if (churning === undefined || !isNearSame(churning, call, churning.kind)) return undefined;
    return judged(context, churning, {
      signatures: [call.signature],
      spared: context.lane.news > churning.news,
    });
  },
};
