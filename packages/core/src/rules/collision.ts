import { noLoop } from "./loop.ts";
import { judged, type Rule } from "./rule.ts";

/** The same call again, in another round, while one is still under way: two layers retry at once. */
export const collision: Rule = {
  name: "collision",
  scope: "breaker",

  judge(call, view) {
    const flying = view.inFlight(call.signature);
    if (flying === 0) return undefined;
    return judged(
      view,
      { ...noLoop, count: flying, calls: flying },
      { signatures: [call.signature] },
    );
  },
};
