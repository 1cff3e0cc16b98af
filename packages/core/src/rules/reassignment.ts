import { handoffsSeen, handoffTable } from "./handoffs.ts";
import { goOn, noLoop, type Loop } from "./loop.ts";
import { judged, type Rule, type RuleContext } from "./rule.ts";
import type { Entry } from "./evidence.ts";
import type { SignedCall } from "./signed-call.ts";

/**
 * The same task given out again, to whomever, also after its result was rejected. Several agents given
 * the same task at once are one time. Work that comes back is not given out: many agents say "done".
 * Counts this hand-off.
 */
export const reassignment: Rule = {
  name: "reassignment",
  scope: "breaker",
  table: handoffTable,
  kinds: ["delegation"],

  judge(call, context) {
    const task = taskOf(call, context);
    if (task === undefined) return undefined;
    const before = context.own.get(task) as Loop | undefined;
    if (before === undefined) return undefined;
    const loop = { ...before, count: before.count + 1 };
    return judged(context, loop, { signatures: [call.signature] });
  },

  admitted(calls, context) {
    const { own } = context;
    const tasks = new Set(calls.flatMap((call) => taskOf(call, context) ?? []));
    return [...tasks].map((task): Entry => {
      const before = own.get(task) as Loop | undefined;
      return [task, { ...goOn(before ?? noLoop, 1, []), calls: (before?.calls ?? 0) + 1 }];
    });
  },
};

/** The task that a hand-off gives out, as a hash; none for a return. */
function taskOf({ delegation }: SignedCall, { own }: RuleContext): string | undefined {
  const isGiven = delegation !== undefined && handoffsSeen(own, delegation) !== undefined;
  return isGiven ? delegation.task?.hash : undefined;
}
