import { rung, type Ladder } from "./ladder.ts";
import type { Rule, SignedCall } from "./rule.ts";

interface Unchanged {
  readonly outcome: string;
  readonly count: number;
  /** The lane's news counter when the call was last asked for. */
  readonly news: number;
}

const isPolling = (call: SignedCall) => call.policy === "polling" || call.policy === "wait";

/**
 * Polling or waiting whose exact outcome does not change. A different outcome starts the count anew,
 * and while anything else in the lane brings news the wait is worth it: then it never goes beyond a
 * warning.
 */
export const poll: Rule = {
  name: "poll",
  scope: "lane",

  judge(call, { own, news, refused, ladder }) {
    if (!isPolling(call)) return undefined;
    const unchanged = own.get(call.signature) as Unchanged | undefined;
    if (unchanged === undefined) return undefined;
    const waiting: Ladder =
      news > unchanged.news ? { ...ladder, block: false, open: false } : ladder;
    const reached = rung(waiting, unchanged.count, refused);
    if (reached === undefined) return undefined;
    const { signature } = call;
    const repeats = [{ signature, exact: unchanged.outcome }];
    return { ...reached, signatures: [signature], repeats };
  },

  finished: (calls, { own, news }) =>
    calls
      .filter((call) => isPolling(call) && call.counts)
      .map((call) => {
        const before = own.get(call.signature) as Unchanged | undefined;
        const step = call.unseen ? 0.5 : 1;
        const count = before?.outcome === call.exact ? before.count + step : step;
        return [call.signature, { outcome: call.exact, count, news } satisfies Unchanged];
      }),
};
