import { describe, expect, test } from "vitest";
import { createBreaker } from "../../src/breaker/breaker.ts";
import type { Outcome } from "../../src/vocabulary/call.ts";
import { fixture } from "../support/breakers.ts";
import { only, play, times } from "../support/script.ts";

const runs: readonly (readonly [shows: string, run: string, verdicts: string])[] = [
  ["the same answer", times(6, "'hi'"), ". . . w w O"],
  [
    "case and what changes by itself do not matter",
    "'Last_seen_today:10:01' 'last_seen_today:10:02' 'LAST_SEEN_TODAY:11:03' 'hi'",
    ". . . w",
  ],
  [
    "another number is another answer, where little else is said",
    "'step:1' 'step:2' 'step:3' 'step:4' 'step:5'",
    ". . . . .",
  ],
  [
    "where more is said a number is no other answer",
    "'I_am_still_at_it:1' 'I_am_still_at_it:22' 'I_am_still_at_it:3' 'hi'",
    ". . . w",
  ],
  ["in turn with another", times(5, "'hi' 'ho'"), ". . . . . w w w w O"],
  [
    "in turn with ever others",
    Array.from({ length: 5 }, (_, i) => `'hi' 'ho${i}'`).join(" "),
    ". . . . . w w w w O",
  ],
  ["an answer without text is the same answer as well", times(6, "''"), ". . . w w O"],
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
    ["one block of words to the end", `Let me see. ${"go on and ".repeat(20)}`, "warn"],
    ["in a script without spaces", `好的。${"正在处理请稍候".repeat(20)}`, "warn"],
    ["a syllable", "ha".repeat(100), "warn"],
    ["a chant too short to be one", "ha".repeat(59), "allow"],
    [
      "with an end of its own",
      `${"go on and ".repeat(20)}That is all there is to be said about it.`,
      "allow",
    ],
    ["words in Chinese that are not repeated", "春眠不觉晓处处闻啼鸟夜来风雨声花落知多少", "allow"],
    ["a column of numbers", "0 0 0 1\n".repeat(40), "allow"],
    [
      "ten different sentences",
      Array.from({ length: 10 }, (_, i) => `This is sentence ${i} of ten.`).join(" "),
      "allow",
    ],
    ["a table", Array.from({ length: 20 }, (_, i) => `| row ${i} | yes |`).join("\n"), "allow"],
    ["one row of a table over and over", "| --- | --- |\n| a | b |\n".repeat(20), "warn"],
    ["dividers", `${"-".repeat(12)}\n`.repeat(20), "allow"],
    ["code with many closing brackets", "  }\n});\n".repeat(30), "allow"],
    ["one short word thirty times", times(30, "Yes."), "warn"],
  ];
  test.for(rows)("%s", ([, text, verdict]) => {
    expect(after(text)).toBe(verdict);
  });
});

test("chants are all alike, however long", () => {
  const { lane } = fixture({ rules: only("text") });
  const verdicts = [20, 21, 22, 23].map((count) => {
    const [{ token, verdict }] = lane.admitSync([{ kind: "model" }]);
    lane.settleSync(token, { status: "success", result: "go on and ".repeat(count) });
    return verdict;
  });
  expect(verdicts).toEqual(["allow", "warn", "open", "open"]);
});

describe("what guard knows of an answer", () => {
  const empty = { status: "success", result: undefined } as const;
  test.for<[shows: string, outcome: Outcome, verdicts: string]>([
    ["nothing", { status: "success", result: null }, "...wwO"],
    [
      "undefined, as `run` tells where the function gives nothing, counts a quarter",
      empty,
      "............w",
    ],
    ["no result at all is not counted", { status: "success" }, "............."],
    ["something that guard can't read neither", { status: "success", result: {} }, "............."],
    ["nor is a failure", { status: "failure", error: "down" }, "............."],
  ])("%s", ([, outcome, verdicts]) => {
    const { lane } = fixture({ rules: only("text") });
    const said = Array.from(verdicts, () => {
      const [{ token, verdict }] = lane.admitSync([{ kind: "model" }]);
      lane.settleSync(token, outcome);
      return verdict === "allow" ? "." : verdict === "open" ? "O" : verdict[0];
    });
    expect(said.join("")).toBe(verdicts);
  });
});

test("to tell a chant takes time that grows with the text alone", { timeout: 1_000 }, () => {
  for (const text of ["a".repeat(1e6), "ab".repeat(5e5), `${"a".repeat(3_999)}b`.repeat(100)]) {
    expect(after(text)).toEqual(expect.any(String));
  }
});
