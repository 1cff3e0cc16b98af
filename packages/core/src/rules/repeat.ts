import { goOn, noLoop, type Loop } from "./loop.ts";
import { oncePolicies } from "./policy.ts";
import { judged, type FinishedCall, type Rule } from "./rule.ts";
import type { Entry } from "./evidence.ts";

interface Repeated extends Loop {
  readonly outcome: string;
  readonly epoch: number;
}

const epochKey = "epoch";

/**
 * The same call with exactly the same outcome, in a row or not: what is repeated between ever new
 * calls. The count starts anew when the outcome changes, and for every call when one that may change
 * the world has succeeded for the first time: after an edit the same test is a new question.
 */
export const repeat: Rule = {
  name: "repeat",
  scope: "lane",
  policies: oncePolicies,

  judge(call, context) {
    const before = context.own.get(call.signature) as Repeated | undefined;
    if (before === undefined || before.epoch !== epochIn(context.own)) return undefined;
    const { signature } = call;
    return judged(context, before, {
      signatures: [signature],
      repeats: [{ signature, exact: before.outcome }],
    });
  },

  finished(calls, { own }) {
    const changes = calls.some(mayChangeTheWorld);
    const epoch = epochIn(own) + (changes ? 1 : 0);
    const entries = calls
      .filter((call) => call.counts)
      .map((call): Entry => {
        const before = own.get(call.signature) as Repeated | undefined;
        const goesOn = before?.epoch === epoch && before.outcome === call.exact;
        const loop = goOn(goesOn ? before : noLoop, call.unseen ? 0.5 : 1, [call]);
        return [call.signature, { ...loop, outcome: call.exact, epoch } satisfies Repeated];
      });
    return changes ? [[epochKey, epoch], ...entries] : entries;
  },
};

/** The first success of a call that is not known to be read-only. */
function mayChangeTheWorld(call: FinishedCall): boolean {
  return call.policy !== "read" && call.isFirst && !call.failed && !call.unseen;
}

function epochIn(own: ReadonlyMap<string, unknown>): number {
  return (own.get(epochKey) as number | undefined) ?? 0;
}
