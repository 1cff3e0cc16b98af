import type { ToolPolicy } from "../vocabulary/call.ts";
import { goOn, noLoop, type Loop } from "./loop.ts";
import { judged, type Rule } from "./rule.ts";
import type { Entry } from "./evidence.ts";

interface Unchanged extends Loop {
  readonly outcome: string;
  /** The lane's news counter when the call was last asked for. */
  readonly news: number;
}

/**
 * A rule over calls that are repeated on purpose: counts how often the exact outcome has not changed.
 * A different outcome starts the count anew, and while anything else in the lane brings news the
 * repeating is worth it: then it never goes beyond a warning.
 */
export function unchangedOutcome(name: "poll" | "paging", policies: readonly ToolPolicy[]): Rule {
  return {
    name,
    scope: "lane",
    policies,

    judge(call, context) {
      const unchanged = context.own.get(call.signature) as Unchanged | undefined;
      if (unchanged === undefined) return undefined;
      const { signature } = call;
      return judged(context, unchanged, {
        signatures: [signature],
        repeats: [{ signature, exact: unchanged.outcome }],
        spared: context.news > unchanged.news,
      });
    },

    finished: (calls, { own, news }) =>
      calls
        .filter((call) => call.counts)
        .map((call): Entry => {
          const before = own.get(call.signature) as Unchanged | undefined;
          const loop = before?.outcome === call.exact ? before : noLoop;
          const gone = goOn(loop, call.unseen ? 0.5 : 1, [call]);
          return [call.signature, { ...gone, outcome: call.exact, news } satisfies Unchanged];
        }),
  };
}
