import { noLoop } from "./loop.ts";
import { judged, type Rule } from "./rule.ts";

/** The same call again, in another round, while one is still under way: two layers retry at once. */
export const collision: Rule = {
  name: "collision",
  scope: "breaker",

  judge(call, context) {
    const pending = context.pending(call.signature);
    if (pending === 0) return undefined;
    return judged(
      context,
      { ...noLoop, count: pending, calls: pending },
      { signatures: [call.signature] },
    );
  },
};
