import { describe, expect, test } from "vitest";
import { createBreaker } from "../../src/breaker/breaker.ts";
import { fixture } from "../support/breakers.ts";
import { only, play, times } from "../support/script.ts";

const runs: readonly (readonly [shows: string, run: string, verdicts: string])[] = [
  ["the same answer", times(6, "'hi'"), ". . . w w O"],
  ["case and numbers do not matter", "'Step:1' 'step:2' 'STEP:33' 'hi'", ". . . w"],
  ["another answer starts anew", "'hi' 'hi' 'ho' 'hi' 'hi' 'hi' 'hi'", ". . . . . . w"],
  ["an answer without text does not count", times(9, "''"), times(9, ".")],
  [
    "with a call that brings news after each",
    "'hi' A=1 'hi' B=1 'hi' C=1 'hi' D=1 'hi'",
    times(9, "."),
  ],
  ["with a call that waits after each", times(9, "'hi' job_status:A=1"), times(18, ".")],
  ["with the same call after each", times(5, "'hi' A=1"), ". . . . . . . . w ."],
  ["each agent has its own answers", times(3, "'hi' x>'hi'"), times(6, ".")],
  ["another user message starts anew", `"one" ${times(3, "'hi'")} "two" 'hi'`, ". . . ."],
];

describe("the same answer again", () => {
  test.for(runs)("%s: %s", ([, run, verdicts]) => {
    expect(play(createBreaker({ rules: only("text") }), run)).toBe(verdicts);
  });
});

/** The verdict of the request after an answer with this text. */
function after(text: string) {
  const { lane } = fixture({ rules: only("text") });
  const [{ token }] = lane.admitSync([{ kind: "model" }]);
  lane.settleSync(token, { status: "success", result: text });
  return lane.admitSync([{ kind: "model" }])[0].verdict;
}

describe("a text that chants", () => {
  const sentence = "I will now try this once more.";
  const rows: readonly (readonly [shows: string, text: string, verdict: string])[] = [
    ["one sentence ten times", times(10, sentence), "warn"],
    ["one line ten times", `${sentence}\n`.repeat(10), "warn"],
    ["nine times", times(9, sentence), "allow"],
    [
      "ten different sentences",
      Array.from({ length: 10 }, (_, i) => `This is sentence ${i} of ten.`).join(" "),
      "allow",
    ],
    ["a table", "| --- | --- |\n| a | b |\n".repeat(20), "allow"],
    ["dividers", `${"-".repeat(12)}\n`.repeat(20), "allow"],
    ["code with many closing brackets", "  }\n});\n".repeat(30), "allow"],
    ["ten short words", times(30, "Yes."), "allow"],
  ];
  test.for(rows)("%s", ([, text, verdict]) => {
    expect(after(text)).toBe(verdict);
  });
});
