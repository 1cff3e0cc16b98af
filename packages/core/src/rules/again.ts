import { judged, type Rule } from "./rule.ts";

/**
 * Turns that end like one before them, with the same calls, outcomes and answers: a host that always says "continue", a
 * restart of the same prompt, a provider that is down. A turn counts if it follows at once; a heartbeat does not count.
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
