import { goOn, noLoop, type Loop } from "./loop.ts";
import { plainName } from "./policy.ts";
import { judged, type Rule } from "./rule.ts";
import type { Entry } from "./evidence.ts";
import type { SignedCall } from "./signed-call.ts";

/** Effects that come out the same however often they are made: they set, they don't add. */
const setting =
  /^(?:append|cancel|delete|edit|insert|move|put|remove|rename|share|update|write)(?:_|$)/;

const hasEffect = (call: SignedCall) => !setting.test(plainName(call.tool));

/**
 * An identical call with an effect in the world (send, pay, create, book, …) that has succeeded before,
 * with any result: a second message is harm, even with another id. The rule counts over all lanes, until
 * the user says something new.
 */
export const mutation: Rule = {
  name: "mutation",
  scope: "breaker",
  policies: ["mutating"],

  judge(call, context) {
    if (!hasEffect(call)) return undefined;
    const before = context.own.get(call.signature) as Loop | undefined;
    return before && judged(context, before, { signatures: [call.signature] });
  },

  finished: (calls, { own }) =>
    calls
      .filter((call) => hasEffect(call) && call.counts && !call.failed && !call.unseen)
      .map((call): Entry => {
        const before = own.get(call.signature) as Loop | undefined;
        return [call.signature, goOn(before ?? noLoop, 1, [call])];
      }),
};
