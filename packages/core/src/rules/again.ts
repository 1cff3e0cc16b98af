import { judged, type Rule } from "./rule.ts";

/**
 * Turns that end like one before them: with the same calls, outcomes and answers. A host that says "continue" for ever, a
 * restart of the same prompt, a provider that is down from the first request. A turn counts when it was asked for at
 * once; a heartbeat counts nothing.
 */
export const again: Rule = {
  name: "again",
  reads: ["again"],
  kinds: ["tool", "model", "delegation"],
  looks: "also",

  judge(_call, context) {
    const { again: turns } = context.known;
    return turns && judged(context, turns, { signatures: [], isLevel: true });
  },
};
