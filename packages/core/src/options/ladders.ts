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
export type LadderChanges = {
  readonly [Rule in RuleName]?: Partial<Ladder> | false | undefined;
};

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
  const merged = (path: string, from: Preset, changes: LadderChanges = {}) =>
    Object.fromEntries(
      ruleNames.map((name) => {
        const ladder = ladderWith(from[name], changes[name]);
        faults.push(...contradictions(`${path}.${name}`, ladder));
        return [name, ladder];
      }),
    ) as Preset;
  const ladders = merged("rules", preset, rules);
  for (const [tool, thresholds] of byTool) {
    merged(`tools.${tool}.thresholds`, ladders, thresholds);
  }
  if (faults.length > 0) throw new OptionsError([...new Set(faults)]);
  return ladders;
}

/** A ladder with some rungs moved; a rung that is `undefined` stays where it is. */
export function ladderWith(from: Ladder, to: Partial<Ladder> | false | undefined): Ladder {
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
