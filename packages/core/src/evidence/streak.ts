import { goOn, noLoop } from "./loop.ts";
import { oncePolicies } from "./policy.ts";
import type { FinishedCall } from "./finished-call.ts";
import type { Repeat, Streak } from "./records.ts";

/** How many calls of a loop guard keeps: a loop's period is hardly ever longer. */
const keptRepeats = 8;

/** Rounds in a row without news, after a round. One round with news ends the streak. */
export function streakAfter(
  before: Streak | undefined,
  calls: readonly FinishedCall[],
  brings: boolean,
): Streak | undefined {
  if (brings) return undefined;
  const stale = calls.filter((call) => weightOf(call) > 0);
  if (stale.length === 0) return before;
  const repeats = latest(before?.repeats ?? [], stale);
  return { ...goOn(before ?? noLoop, Math.max(...stale.map(weightOf)), stale), repeats };
}

/**
 * What a call without news counts in the streak. Half: an unknown outcome, one that is only nearly the same, and one
 * that only says *done* by a tool that may change the world, because other calls show the effect. A quarter: an outcome
 * that an earlier instance of the agent has seen, because it is new to this one. A retry of a failure that passes by
 * itself is honest for a while: the rule `error` judges it.
 */
function weightOf(call: FinishedCall): number {
  const { counts, policy, isLook, transient, novelty, failed, kind } = call;
  if (!counts || isLook || transient || kind !== "tool") return 0;
  if (policy === "note") return novelty === "same" ? 1 : 0;
  if (!oncePolicies.includes(policy)) return 0;
  if (novelty === "old") return 0.25;
  if (novelty === "masked" || call.unseen || call.opaque) return 0.5;
  return !failed && policy !== "read" && call.acknowledging ? 0.5 : 1;
}

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
