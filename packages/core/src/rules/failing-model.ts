import { judged, type Rule } from "./rule.ts";

/** Model calls of a lane that fail in a row, with any error: guard does not ask a provider for ever that is down. */
export const failingModel: Rule = {
  name: "failing-model",
  reads: ["modelFailures"],
  kinds: ["model"],

  judge(_call, context) {
    const { modelFailures } = context.known;
    return modelFailures && judged(context, modelFailures, { signatures: [], isLevel: true });
  },
};
