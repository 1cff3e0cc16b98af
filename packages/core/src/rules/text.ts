import { noLoop } from "../evidence/loop.ts";
import type { Said } from "../evidence/records.ts";
import { judged, type Rule } from "./rule.ts";

/**
 * The same answer again and again, also in turn with others, an empty one, or one block of text chanted inside an
 * answer. Calls that bring news between start the count anew: "let me look at the next file" may be said before every
 * file. So do calls that wait: "not ready yet, I'll check again" may be said as long as `poll` lets them pass.
 */
export const text: Rule = {
  name: "text",
  reads: ["answers"],
  kinds: ["model"],

  judge(_call, context) {
    const most = (context.known.answers ?? []).reduce<Said>(
      (best, said) => (said.count > best.count ? said : best),
      { ...noLoop, text: "" },
    );
    return judged(context, most, { signatures: [most.text], isLevel: true });
  },
};
