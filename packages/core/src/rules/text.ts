import { noLoop } from "../evidence/loop.ts";
import type { Said } from "../evidence/records.ts";
import { judged, type Rule } from "./rule.ts";

/**
 * The same answer again and again, also in turn with others; empty answers; or one block of text repeated inside an
 * answer. News starts the count again: an agent may say "let me look at the next file" before every file. So do calls
 * that wait: it may say "not ready yet, I'll check again" as long as `poll` lets the calls pass.
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
