// What becomes of a model call whose answer is cut off, by the pieces of it that have come.
import { describe, expect, test } from "vitest";
import { AnswerSoFar, type Piece } from "../../src/adapter/index.ts";
import type { Outcome } from "../../src/vocabulary/call.ts";

const text = (said: unknown): Piece => ({ kind: "text", text: said });
const thought = (said?: string, of?: string): Piece => ({ kind: "thought", text: said, of });
const input = (said?: string, of?: string): Piece => ({ kind: "arguments", text: said, of });
const whole = (said: string, of: string): Piece => ({ ...input(said, of), isWhole: true });

const lost: Outcome = { status: "failure", error: new Error("connection lost") };
const ignored: Outcome = { status: "ignored" };
const streamed = (said: string): Outcome => ({ status: "ignored", streamed: said });

function heard(pieces: readonly Piece[]): AnswerSoFar {
  const answer = new AnswerSoFar();
  for (const piece of pieces) answer.hear([piece]);
  return answer;
}

describe("an answer that is cut off", () => {
  test.for<readonly [string, readonly Piece[], Outcome]>([
    ["text", [text("It "), text("is")], streamed("It is")],
    ["thoughts and text", [thought("Hm. "), text("It is")], streamed("Hm. It is")],
    ["thoughts that begin, and are shown then", [thought(), thought("Hm.")], streamed("Hm.")],
    ["thoughts that end in a piece without words", [thought("Hm."), thought()], streamed("Hm.")],
    ["hidden thoughts: nothing is known", [thought()], ignored],
    ["hidden thoughts before text", [thought(""), text("It is")], ignored],
    ["hidden thoughts after shown ones", [thought("Hm.", "a"), thought("", "b")], ignored],
    ["arguments", [input('{"q"', "a"), input(":1}", "a")], streamed('{"q":1}')],
    ["arguments that come again", [input("{}", "a"), whole("{}", "a")], streamed("{}")],
    ["arguments that come whole", [input("{}", "a"), whole("[]", "b")], streamed("{}[]")],
    [
      "a thought and a call of the same name",
      [thought("Hm.", "a"), whole("{}", "a")],
      streamed("Hm.{}"),
    ],
    ["a call that has just begun", [input()], streamed("")],
    ["what is no text", [text(7), text("It")], streamed("It")],
  ])("has streamed %s", ([, pieces, outcome]) => {
    expect(heard(pieces).cutOff()).toEqual(outcome);
    expect(heard(pieces).cutOff(lost)).toEqual(outcome);
  });

  test.for([
    ["nothing", []],
    ["empty texts", [text(""), text(undefined)]],
  ] as const)("has streamed %s: what ended it is its outcome", ([, pieces]) => {
    expect(heard(pieces).cutOff(lost)).toEqual(lost);
    expect(heard(pieces).cutOff(ignored)).toEqual(ignored);
    expect(heard(pieces).cutOff()).toEqual(ignored);
  });

  test("has used the sum of its parts", () => {
    const answer = new AnswerSoFar();
    answer.hear([], { inputTokens: 100, outputTokens: 1, model: "first" });
    expect(answer.cutOff(lost)).toEqual({
      ...lost,
      usage: { inputTokens: 100, outputTokens: 1, model: "first" },
    });
    answer.hear([text("It is")], { outputTokens: 2, model: "second" });
    expect(answer.cutOff(lost)).toEqual({
      ...streamed("It is"),
      usage: { inputTokens: 100, outputTokens: 3, model: "second" },
    });
  });
});
