import { goOn, noLoop, type Loop } from "./loop.ts";
import { isRepeatedOnPurpose } from "./policy.ts";
import { judged, type FinishedCall, type Rule } from "./rule.ts";
import type { Entry } from "./evidence.ts";
import type { SignedCall } from "./signed-call.ts";

interface Churning extends Loop {
  readonly outcome: string;
  /** Tells the signatures counted now from those of an earlier outcome. */
  readonly epoch: number;
  readonly bad: boolean;
  /** The lane's news counter when its last round was over. */
  readonly news: number;
}

const isNews = ({ novelty, failed, unseen }: FinishedCall) =>
  novelty === "new" && !failed && !unseen;

const isJudged = (call: SignedCall) =>
  call.policy !== "mutating" && !isRepeatedOnPurpose(call.policy);

/**
 * A tool that answers exactly the same to ever other arguments, in ever other rounds. Only failing or
 * empty answers of tools that are not known to mutate are judged: the same `ok` to different writes is
 * work, the same `[]` to different questions may be a wrong question.
 */
export const churn: Rule = {
  name: "churn",
  scope: "lane",

  judge(call, context) {
    const churning = context.own.get(call.tool) as Churning | undefined;
    if (!isJudged(call) || churning?.bad !== true) return undefined;
    return judged(context, churning, {
      signatures: [call.signature],
      spared: context.news > churning.news,
    });
  },

  finished(calls, { own, news }) {
    const tools = new Set(
      calls.filter((call) => isJudged(call) && call.counts).map((call) => call.tool),
    );
    return [...tools].flatMap((tool): Entry[] => {
      // A round counts once: a batch of questions is one attempt. One other answer in it is a change.
      const asked = calls.filter((call) => call.tool === tool);
      const last = asked.at(-1)!;
      const before = own.get(tool) as Churning | undefined;
      const bad = last.failed || last.empty;
      if (before === undefined && !bad) return [];
      const same = asked.every((call) => call.exact === before?.outcome) ? before : undefined;
      const epoch = same?.epoch ?? (before?.epoch ?? 0) + 1;
      const keys = asked.map((call) => `${tool}\n${call.signature}`);
      const isOther = keys.some((key) => own.get(key) !== epoch);
      const loop = goOn(same ?? noLoop, isOther ? 1 : 0, asked);
      // The same `[]` to another question is news to the lane, but not what lets this tool go on.
      const isOwnNews = calls.some(isNews) && !calls.some((c) => isNews(c) && c.tool !== tool);
      return [
        [
          tool,
          {
            ...loop,
            outcome: last.exact,
            epoch,
            bad,
            news: news + (isOwnNews ? 1 : 0),
          } satisfies Churning,
        ],
        ...keys.map((key): Entry => [key, epoch]),
      ];
    });
  },
};
