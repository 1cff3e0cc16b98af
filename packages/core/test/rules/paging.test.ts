import { describe, expect, test } from "vitest";
import { createBreaker } from "../../src/breaker/breaker.ts";
import { only, play, times } from "../support/script.ts";

const pages = Array.from({ length: 20 }, (_, index) => `next:A=page${index}`).join(" ");

const runs: readonly (readonly [shows: string, run: string, verdicts: string])[] = [
  ["the last page again and again", times(6, "next:A=end"), ". . w b b O"],
  ["ever other pages", pages, times(20, ".")],
  ["another page starts anew", "next:A=p next:A=p next:A=q next:A=q next:A=q", ". . w . w"],
  ["two lists are counted apart", times(2, "next:A=end next:B=end"), ". . . ."],
  ["unseen pages count half", times(5, "next:A?"), ". . . . w"],
  [
    "while something else brings news",
    "next:A=e A=1 next:A=e B=1 next:A=e C=1 next:A=e D=1 next:A=e",
    ". . . . w . w . w",
  ],
  ["other tools are outside", times(9, "A=end"), times(9, ".")],
];

describe("the same page again", () => {
  test.for(runs)("%s: %s", ([, run, verdicts]) => {
    expect(play(createBreaker({ rules: only("paging") }), run)).toBe(verdicts);
  });
});
