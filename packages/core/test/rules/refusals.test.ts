import { describe, expect, test } from "vitest";
import { presets } from "../../src/options/presets.ts";
import { createBreaker } from "../../src/breaker/breaker.ts";
import { ruleNames } from "../../src/vocabulary/call.ts";
import { countOf } from "../../src/rules/ladder.ts";
import { play, times } from "../support/script.ts";

/** Two refusals by two rules, with allowed rounds between that bring nothing. */
const twoRules = "look:B=1 pay:A=ok pay:A=ok look:B=1 look:B=1 look:B=1";
const verdicts = ". . b . w b";

const runs: readonly (readonly [shows: string, run: string, verdicts: string])[] = [
  ["by one rule", times(6, "look:A=1"), ". . w b b O"],
  ["by several rules together", `${twoRules} pay:A=ok`, `${verdicts} O`],
  [
    "whichever comes last",
    "look:B=1 pay:A=ok pay:A=ok pay:A=ok look:B=1 look:B=1 look:B=1",
    ". . b b . w O",
  ],
  ["news in between ends the row", `${twoRules} look:C=1 pay:A=ok`, `${verdicts} . b`],
  ["so does a message of the user", `${twoRules} "hi" pay:A=ok pay:A=ok`, `${verdicts} . b`],
  ["several refusals in one answer are one", times(6, "look:A=1+look:B=1"), ".. .. ww bb bb OO"],
  [
    "other agents' refusals are their own",
    "pay:A=ok pay:A=ok x>pay:A=ok pay:A=ok x>pay:A=ok pay:A=ok",
    ". b b b b O",
  ],
];

describe("the third refused round in a row stops the run", () => {
  test.for(runs)("%s: %s", ([, run, expected]) => {
    expect(play(createBreaker(), run)).toBe(expected);
  });

  test.for(
    Object.entries(presets).flatMap(([name, preset]) =>
      ruleNames.map((rule) => [name, rule, preset[rule]] as const),
    ),
  )("%s: %s opens two above where it blocks, if it blocks", ([, , { block, open }]) => {
    if (block !== false) expect(countOf(open)).toBe(countOf(block) + 2);
  });
});
