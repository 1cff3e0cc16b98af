import { goOn, noLoop, type Loop } from "./loop.ts";
import { judged, type Rule } from "./rule.ts";

interface Failures extends Loop {
  readonly tool: string;
  /** The lane's news counter when it last failed. */
  readonly news: number;
  readonly signature: string;
}

const failuresKey = "failures";

/**
 * The same tool failing in consecutive rounds of a lane, with any error. A success of anything ends
 * it; another tool that fails starts it anew.
 */
export const storm: Rule = {
  name: "storm",
  scope: "lane",

  judge(call, context) {
    const failures = context.own.get(failuresKey) as Failures | undefined;
    if (failures?.tool !== call.tool) return undefined;
    return judged(context, failures, {
      signatures: [failures.signature],
      spared: context.news > failures.news,
    });
  },

  finished(calls, { own, news }) {
    const counted = calls.filter((call) => call.counts);
    const [first] = counted;
    if (first === undefined) return [];
    const { tool, signature } = first;
    const before = own.get(failuresKey) as Failures | undefined;
    if (!calls.every((call) => call.failed && call.tool === tool)) {
      return before === undefined ? [] : [[failuresKey, undefined]];
    }
    const loop = goOn(before?.tool === tool ? before : noLoop, 1, counted);
    return [[failuresKey, { ...loop, tool, news, signature } satisfies Failures]];
  },
};
