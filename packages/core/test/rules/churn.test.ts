import { describe, expect, test } from "vitest";
import { createBreaker } from "../../src/breaker/breaker.ts";
import { fixture } from "../support/breakers.ts";
import { only, play, times } from "../support/script.ts";

/** A tool asked the same question in `count` different wordings: nine words of it stay. */
const rephrasing = (count: number, answer: string, tool = "find", from = 0) =>
  Array.from(
    { length: count },
    (_, index) =>
      `${tool}:cheap,direct,night,trains,oslo,rome,may,two,adults,q${from + index}${answer}`,
  ).join(" ");

/** A tool asked in `count` wordings: two words of three stay the same. */
const rewording = (count: number, answer: string, tool = "find") =>
  Array.from({ length: count }, (_, index) => `${tool}:trains,rome,q${index}${answer}`).join(" ");

/** A tool asked for `count` different names. */
const screening = (count: number, answer: string, tool = "find") =>
  Array.from({ length: count }, (_, index) => `${tool}:name${index}${answer}`).join(" ");

const allowed = (count: number) => times(count, ".");
const refused = `${allowed(6)} ${times(6, "w")} b b O`;
const long = `=${"x".repeat(200)}`;
const short = `=${"x".repeat(199)}`;

const runs: readonly (readonly [shows: string, run: string, verdicts: string])[] = [
  ["empty answers to one question in ever other words", rephrasing(15, "=[]"), refused],
  ["where fewer words stay it is another question", rewording(20, "=[]"), allowed(20)],
  ["other names are a screening", screening(20, "=[]"), allowed(20)],
  ["also where they are told not to exist", screening(20, "!404"), allowed(20)],
  ["which is the same question where the words stay", rephrasing(15, "!404"), refused],
  [
    "another name begins anew",
    `${rephrasing(6, "=[]")} find:other=[] ${rephrasing(7, "=[]", "find", 6)}`,
    `${allowed(13)} w`,
  ],
  ["the same failure, where half of the words stay", rewording(15, "!denied"), refused],
  ["of ever other questions", screening(20, "!denied"), allowed(20)],
  ["a refusal told as a success", rewording(15, "=Error:denied"), refused],
  ["a refusal, by a tool that nothing is known of", rewording(15, "=Error:denied", "use"), refused],
  ["the same long answer, where half of the words stay", rewording(15, long), refused],
  ["to ever other questions", screening(20, long), allowed(20)],
  [
    "another question in between tells neither way",
    `${rewording(6, long)} find:other${long} ${rewording(2, long)} find:trains,rome,x${long}`,
    `${allowed(6)} . . w w`,
  ],
  [
    "nothing is there, in ever other words",
    Array.from({ length: 15 }, (_, index) =>
      rephrasing(1, ["=[]", "=null", "=no,results", "=no,matches"][index % 4]!, "find", index),
    ).join(" "),
    refused,
  ],
  ["the same short answer", rewording(20, short), allowed(20)],
  ["an answer that says nothing is there", rephrasing(7, "=null"), `${allowed(6)} w`],
  ["an answer that says something", rephrasing(20, "=ok"), allowed(20)],
  ["empty, of a tool that nothing is known of", rephrasing(20, "=[]", "use"), allowed(20)],
  ["of a tool that mutates", rephrasing(20, "=[]", "delete"), allowed(20)],
  ["of a tool that polls", rephrasing(20, "=[]", "job_status"), allowed(20)],
  ["the same question again adds none", times(20, "find:A=[]"), allowed(20)],
  [
    "another answer starts anew",
    `${rephrasing(6, "=[]")} find:X=1 ${rephrasing(7, "=[]", "find", 6)}`,
    `${allowed(13)} w`,
  ],
  [
    "a batch is one attempt",
    `${rephrasing(7, "=[]").replaceAll(" ", "+")} ${rephrasing(6, "=[]", "search")}`,
    `....... ${allowed(6)}`,
  ],
  [
    "one other answer in a batch is a change",
    `${rephrasing(7, "=[]")}+find:Y=1 ${rephrasing(1, "=[]")}`,
    `${allowed(6)} w. .`,
  ],
  [
    "what another tool finds lets one question through",
    `${rephrasing(13, "=[]")} look:A=1 ${rephrasing(2, "=[]")}`,
    `${allowed(6)} ${times(6, "w")} b . w b`,
  ],
  [
    "tools are counted apart",
    `${rephrasing(4, "=[]")} ${rephrasing(4, "=[]", "search")}`,
    allowed(8),
  ],
];

describe("the same bad answer to near-same questions", () => {
  test.for(runs)("%s", ([, run, verdicts]) => {
    expect(play(createBreaker({ rules: only("churn") }), run)).toBe(verdicts);
  });
});

/** The verdicts of a reading tool that is given these arguments in turn and always answers the same. */
function asked(answer: unknown, args: readonly unknown[]): string {
  const { lane } = fixture({ rules: only("churn") });
  return args
    .map((one) => {
      const [{ token, verdict }] = lane.admitSync([{ kind: "tool", tool: "search", args: one }]);
      lane.settleSync(token, { status: "success", result: answer });
      return verdict === "allow" ? "." : verdict[0];
    })
    .join("");
}

const fourteen = Array.from({ length: 14 }, (_, index) => index);

describe("only the place in a list changes", () => {
  test.for<[shows: string, argsOf: (index: number) => unknown, verdicts: string]>([
    ["a page", (page) => ({ q: "x", page }), "......wwwwwwbb"],
    ["an offset", (index) => ({ q: "x", offset: index * 20 }), "......wwwwwwbb"],
    ["a cursor", (index) => ({ q: "x", cursor: `c${index}` }), "......wwwwwwbb"],
    ["arguments as JSON text", (page) => JSON.stringify({ q: "x", page }), "......wwwwwwbb"],
    ["a page of another question each", (page) => ({ q: `q${page}`, page }), ".............."],
    ["no place at all", (index) => ({ q: `q${index}` }), ".............."],
  ])("%s: %s", ([, argsOf, verdicts]) => {
    expect(asked([], fourteen.map(argsOf))).toBe(verdicts);
  });

  test.for<[shows: string, answer: unknown]>([
    ["any answer", "one, two"],
    ["a long one", "one, two".repeat(50)],
    ["a number", 7],
  ])("%s, as long as it stays the same", ([, answer]) => {
    expect(
      asked(
        answer,
        fourteen.map((page) => ({ q: "x", page })),
      ),
    ).toBe("......wwwwwwbb");
  });
});
