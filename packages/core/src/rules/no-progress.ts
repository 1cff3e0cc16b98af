import { rung } from "./ladder.ts";
import { isRepeatedOnPurpose } from "./policy.ts";
import type { Repeat, Rule, SignedCall } from "./rule.ts";
import { knowsSignature } from "./seen.ts";

interface Streak {
  readonly count: number;
  readonly repeats: readonly Repeat[];
}

const streakKey = "streak";
const none: Streak = { count: 0, repeats: [] };

/** As many calls of a loop are kept: its period is hardly ever longer. */
const keptRepeats = 8;

const isJudged = (call: SignedCall) => !isRepeatedOnPurpose(call.policy);

/**
 * The main rule: rounds in a row that bring nothing new.
 *
 * A round brings nothing new when every call in it repeats a (signature, outcome) that the lane has
 * had since the last different user message. Equal only after masking, or an outcome that nobody saw,
 * counts half. One round with news ends the streak. That covers AAAA, ABAB, ABCABC and shuffling
 * alike. Only a call whose signature is known is ever refused: a new one may bring news.
 *
 * On recorded runs, two such rounds and a known signature separate loops from work best: one round
 * is too eager, three are too late.
 */
export const noProgress: Rule = {
  name: "no-progress",
  scope: "lane",

  judge(call, { own, seen, refused, ladder }) {
    if (!isJudged(call) || !knowsSignature(seen, call.signature)) return undefined;
    const streak = streakIn(own);
    const reached = rung(ladder, streak.count, refused);
    if (reached === undefined) return undefined;
    const signatures = new Set(streak.repeats.map((repeat) => repeat.signature));
    return { ...reached, signatures: [...signatures], repeats: streak.repeats };
  },

  finished(calls, { own }) {
    if (calls.some((call) => call.novelty === "new")) return [[streakKey, none]];
    const stale = calls.filter((call) => isJudged(call) && call.counts);
    if (stale.length === 0) return [];
    const streak = streakIn(own);
    const half = stale.some((call) => call.novelty === "masked" || call.unseen);
    const count = streak.count + (half ? 0.5 : 1);
    return [[streakKey, { count, repeats: latest(streak.repeats, stale) } satisfies Streak]];
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
