import { noLoop } from "../evidence/loop.ts";
import { judged, type Rule } from "./rule.ts";

/** The same call in another round, while the first has not come back: two layers retry at the same time. */
export const collision: Rule = {
  name: "collision",
  reads: ["pending"],
  looks: "also",

  judge({ signature }, context) {
    const { pending = 0 } = context.known;
    if (pending === 0) return undefined;
    return judged(
      context,
      { ...noLoop, count: pending, calls: pending },
      { signatures: [signature] },
    );
  },
};
