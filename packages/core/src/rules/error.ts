import { goOn, noLoop, type Loop } from "./loop.ts";
import { judged, type Rule } from "./rule.ts";
import type { Entry } from "./evidence.ts";

interface Failing extends Loop {
  readonly error: string;
  /** The lane's news counter when it last failed. */
  readonly news: number;
  readonly signature: string;
}

/**
 * The same tool with the same error, with any arguments. Numbers, ids and the words of retries are
 * masked in the error. A success of the tool clears it; after news in the lane one call is let through:
 * rejected edits with readings between must not cost the right one.
 */
export const error: Rule = {
  name: "error",
  scope: "lane",

  judge(call, context) {
    const failing = context.own.get(call.tool) as Failing | undefined;
    if (failing === undefined) return undefined;
    return judged(context, failing, {
      signatures: [failing.signature],
      spared: context.news > failing.news,
    });
  },

  finished(calls, { own, news }) {
    const tools = new Set(calls.filter((call) => call.counts).map((call) => call.tool));
    return [...tools].flatMap((tool): readonly Entry[] => {
      // A round counts once: a batch that fails as one is one attempt, one success in it is a success.
      const attempts = calls.filter((call) => call.tool === tool);
      const last = attempts.at(-1)!;
      const { errorKey, signature } = last;
      const before = own.get(tool) as Failing | undefined;
      if (errorKey === undefined || attempts.some((call) => !call.failed)) {
        return before === undefined ? [] : [[tool, undefined]];
      }
      const loop = goOn(before?.error === errorKey ? before : noLoop, 1, attempts);
      return [[tool, { ...loop, error: errorKey, news, signature } satisfies Failing]];
    });
  },
};
