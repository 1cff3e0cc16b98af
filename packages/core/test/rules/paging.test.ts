import { describe, expect, test } from "vitest";
import { createBreaker } from "../../src/breaker/breaker.ts";
import { only, play, times } from "../support/script.ts";

const pages = Array.from({ length: 20 }, (_, index) => `next:A=page${index}`).join(" ");

const runs: readonly (readonly [shows: string, run: string, verdicts: string])[] = [
  ["ever other pages", pages, times(20, ".")],
  ["the last page again and again", `next:A=p ${times(6, "next:A=end")}`, ". . . w b b O"],
  [
    "another page starts anew",
    "next:A=p next:A=q next:A=q next:A=r next:A=r next:A=r",
    ". . . w . w",
  ],
  ["a page seen long ago is another page", times(10, "next:A=p next:A=q"), times(20, ".")],
  [
    "two lists are counted apart",
    "next:A=p next:B=p next:A=end next:B=end next:A=end next:B=end next:A=end",
    ". . . . . . w",
  ],
  ["unseen pages count half", `next:A=p ${times(5, "next:A?")}`, ". . . . w w"],
  [
    "while something else brings news nothing is refused",
    "next:A=p next:A=e next:A=e B=1 next:A=e C=1 next:A=e D=1 next:A=e",
    ". . . . w . w . w",
  ],
  ["numbers tell pages apart", "next:A=1 next:A=2 next:A=3 next:A=4 next:A=5", ". . . . ."],

  ["a page that says something, from the start", times(6, "next:A=end"), ". . w b b O"],
  ["a page that only says that it was turned", times(33, "next:A=ok"), `${times(30, ".")} b b O`],
  ["a step that only says that it was made", times(33, "click:A=ok"), `${times(30, ".")} b b O`],
  ["or says so in words of its own", times(33, "click:A=menu,opened"), `${times(30, ".")} b b O`],
  ["a step that shows something, from the start", times(6, "click:A=page:home"), ". . w b b O"],
  ["or says more than a few words", times(4, `click:A=${"and,".repeat(20)}`), ". . w b"],
  [
    "a step whose outcome shows what it has moved",
    `scroll:down=top ${times(5, "scroll:down=bottom")}`,
    ". . . w b b",
  ],
  [
    "steps that are told apart",
    Array.from({ length: 40 }, (_, i) => `click:B${i}=ok`).join(" "),
    times(40, "."),
  ],
  ["a step that goes to and fro", times(20, "press:left=a press:right=b"), times(40, ".")],

  ["other tools are outside", times(9, "A=end"), times(9, ".")],
  [
    "another user message starts anew",
    `"one" next:A=p ${times(3, "next:A=end")} "two" next:A=end`,
    ". . . w .",
  ],
  [
    "each agent has its own pages",
    `next:A=p next:A=end x>next:A=end next:A=end x>next:A=end`,
    ". . . . .",
  ],
];

describe("moving by one brings the same again", () => {
  test.for(runs)("%s: %s", ([, run, verdicts]) => {
    expect(play(createBreaker({ rules: only("paging") }), run)).toBe(verdicts);
  });
});
