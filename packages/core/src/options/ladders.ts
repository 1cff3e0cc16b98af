import { type RuleName, ruleNames } from "../vocabulary/call.ts";
import type { Preset } from "./presets.ts";
import { OptionsError } from "../vocabulary/errors.ts";
import { type Ladder, countOf } from "../rules/ladder.ts";

/**
 * Changes to the thresholds of rules, by the rule's name. `false` switches a rule off. Thresholds that you leave out stay.
 *
 * @example
 * rules: { poll: { block: 60, open: 90 }, drift: false }
 */
export interface LadderChanges {
  /** Rounds in a row that brought nothing new. Counts rounds, also half and quarter rounds. */
  readonly "no-progress"?: LadderChange;
  /**
   * The same failure again, with new calls in between; or the same call of a mutating tool many times in a row. Counts the
   * results.
   */
  readonly repeat?: LadderChange;
  /** A tool that fails in the same way with any arguments. Counts the rounds that failed. */
  readonly error?: LadderChange;
  /** A tool that fails in every round, with any error. Counts the rounds that failed. */
  readonly storm?: LadderChange;
  /** The same failure, or the same useless result, for questions that differ only a little. Counts the questions. */
  readonly churn?: LadderChange;
  /** A polling tool whose answer does not change. Counts the looks, by the time between them. */
  readonly poll?: LadderChange;
  /** A move by one (a page, a click, a key) that brings the same. Counts the results that did not change. */
  readonly paging?: LadderChange;
  /**
   * A call with an effect in the world that has succeeded before in this turn. Counts the times, with this one; a payment
   * counts double.
   */
  readonly mutation?: LadderChange;
  /** The same call, with any result, by any agent. Counts the calls, with this one. */
  readonly signature?: LadderChange;
  /**
   * The same task for the same agent, after it has brought nothing; or a task for an agent that waits for its result. Counts
   * the times, with this one.
   */
  readonly delegation?: LadderChange;
  /** Agents that hand work down, level by level. Counts the levels below the first agent. */
  readonly "delegation-depth"?: LadderChange;
  /** The same two agents, with any task. Counts the times in ten hand-offs. Off by default. */
  readonly "delegation-pair"?: LadderChange;
  /** The same task, given out again after it came to nothing, by any agent. Counts the times, with this one. */
  readonly reassignment?: LadderChange;
  /** Model calls that cost more and more. Compares the mean of the later half with the mean of the earlier half. */
  readonly drift?: LadderChange;
  /** Requests that have grown too long. Counts the input tokens. Off by default. */
  readonly context?: LadderChange;
  /** The same call while the first one still runs. Counts the calls that run. */
  readonly collision?: LadderChange;
  /** The same answer again, an empty answer, or one sentence that an answer repeats. Counts the answers since the last news. */
  readonly text?: LadderChange;
  /** Turns of the user that end like the turn before. Counts the turns. */
  readonly again?: LadderChange;
  /** Model calls that fail in a row, with any error. Counts the failures. */
  readonly "failing-model"?: LadderChange;
}

/** Other thresholds of a rule, or `false`. */
type LadderChange = Partial<Ladder> | false | undefined;

const never: Ladder = { warn: false, block: false, open: false };

/**
 * The ladders of a preset with the changes of the options.
 *
 * @param byTool the changes for each tool
 * @throws {OptionsError} for a ladder whose rungs contradict each other, also for one tool
 */
export function laddersOf(
  preset: Preset,
  rules: LadderChanges | undefined,
  byTool: ReadonlyMap<string, LadderChanges | undefined>,
): Preset {
  const faults: string[] = [];
  const merged = (path: string, from: Preset, changes: LadderChanges = {}): Preset =>
    Object.fromEntries(
      ruleNames.map((name) => {
        const ladder = ladderWith(from[name], changes[name]);
        faults.push(...contradictions(`${path}.${name}`, ladder));
        return [name, ladder];
      }),
    ) as Record<RuleName, Ladder>;
  const ladders = merged("rules", preset, rules);
  for (const [tool, thresholds] of byTool) {
    merged(`tools.${tool}.thresholds`, ladders, thresholds);
  }
  if (faults.length > 0) throw new OptionsError([...new Set(faults)]);
  return ladders;
}

/** A ladder with some rungs moved; a rung that is `undefined` stays where it is. */
export function ladderWith(from: Ladder, to: LadderChange): Ladder {
  if (to === false) return never;
  return {
    warn: to?.warn ?? from.warn,
    block: to?.block ?? from.block,
    open: to?.open ?? from.open,
  };
}

function contradictions(path: string, ladder: Ladder): string[] {
  const used = (["warn", "block", "open"] as const).filter((name) => ladder[name] !== false);
  return used.slice(1).flatMap((name, index) => {
    const below = used[index]!;
    const [high, low] = [countOf(ladder[name]), countOf(ladder[below])];
    return high < low ? [`${path}.${name}: ${high} is below ${below} (${low})`] : [];
  });
}
