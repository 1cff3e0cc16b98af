import { isNearSame } from "../evidence/learn-tool.ts";
import { judged, type Rule } from "./rule.ts";

/**
 * A tool that gives the same bad answer to near-same questions: they are put in other words, or only a page, an offset
 * or a cursor changes. A bad answer is a failure or a refusal, an empty answer of a tool known to read, or the same long
 * answer of such a tool. The same empty answer under other names is a screening, and the same `ok` to different
 * writes is work.
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
