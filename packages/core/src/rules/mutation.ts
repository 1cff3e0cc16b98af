import { effectOf } from "../evidence/policy.ts";
import { doneStill, hasEffect } from "../evidence/learn-turn.ts";
import { judged, type Rule } from "./rule.ts";

/**
 * An identical call with an effect in the world (send, pay, create, book, …) that has succeeded before in this turn,
 * with any result: a second message is harm, even with another id. The rule counts over all lanes, and includes the
 * call that is judged. Money moves once: there each success counts twice. Of identical effects in one answer the first
 * one runs. A second deployment or start counts only if nothing else has changed, and a second creation only if nothing
 * of its kind was deleted.
 */
export const mutation: Rule = {
  name: "mutation",
  reads: ["shared"],
  policies: ["mutating"],

  judge(call, context) {
    const { shared } = context.known;
    if (shared === undefined || !hasEffect(call)) return undefined;
    const done = doneStill(call.tool, shared.done, context);
    const before = done.count + context.twins;
    if (before === 0) return undefined;
    const weight = effectOf(call.tool) === "money" || context.twins > 0 ? 2 : 1;
    const loop = { ...done, count: before * weight + 1 };
    return judged(context, loop, { signatures: [call.signature] });
  },
};
