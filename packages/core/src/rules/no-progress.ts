import { goOn, noLoop, type Loop } from "./loop.ts";
import { oncePolicies } from "./policy.ts";
import { judged, type FinishedCall, type Repeat, type Rule } from "./rule.ts";
import { knowsSignature } from "./seen.ts";

interface Streak extends Loop {
  readonly repeats: readonly Repeat[];
}

const streakKey = "streak";
const none: Streak = { ...noLoop, repeats: [] };

/** As many calls of a loop are kept: its period is hardly ever longer. */
const keptRepeats = 8;

/** Trying again what passes by itself is honest for a while: that while is the rule `error`'s. */
const isStale = (call: FinishedCall) => call.counts && !call.transient;

/**
 * The main rule: rounds in a row that bring nothing new.
 *
 * A round brings nothing new when every call in it repeats a (signature, outcome) that the lane has
 * had since the last different user message. Equal only after masking, or an outcome that guard did not see,
 * counts half. One round with news ends the streak. That covers AAAA, ABAB, ABCABC and shuffling
 * alike. Only a call whose signature is known is ever refused: a new one may bring news.
 *
 * On recorded runs, two such rounds and a known signature separate loops from work best: one round
 * is too eager, three are too late.
 */
export const noProgress: Rule = {
  name: "no-progress",
  scope: "lane",
  policies: oncePolicies,

  judge(call, context) {
    if (!knowsSignature(context.seen, call.signature)) return undefined;
    const streak = streakIn(context.own);
    const signatures = [...new Set(streak.repeats.map((repeat) => repeat.signature))];
    return judged(context, streak, { signatures, repeats: streak.repeats });
  },

  finished(calls, { own, brings }) {
    if (brings) return own.has(streakKey) ? [[streakKey, undefined]] : [];
    const stale = calls.filter(isStale);
    if (stale.length === 0) return [];
    const streak = streakIn(own);
    const half = stale.some((call) => call.novelty === "masked" || call.unseen);
    const repeats = latest(streak.repeats, stale);
    return [[streakKey, { ...goOn(streak, half ? 0.5 : 1, stale), repeats } satisfies Streak]];
  },
};

/** The repeats so far and those of this round, each once, the latest last. */
function latest(before: readonly Repeat[], calls: readonly Repeat[]): readonly Repeat[] {
  const repeats = new Map(
    [...before, ...calls].map(({ signature, exact }) => [
      `${signature}=${exact}`,
      { signature, exact },
    ]),
  );
  return [...repeats.values()].slice(-keptRepeats);
}

function streakIn(own: ReadonlyMap<string, unknown>): Streak {
  return (own.get(streakKey) as Streak | undefined) ?? none;
}
