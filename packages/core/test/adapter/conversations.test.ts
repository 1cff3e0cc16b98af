// Which conversation a request goes on with, from what the requests and the answers before it show.
import { describe, expect, test } from "vitest";
import { Conversations } from "../../src/adapter/conversations.ts";
import type { ModelAnswer, ShownMessage } from "../../src/adapter/index.ts";
import { BreakerLane } from "../../src/breaker/breaker-lane.ts";
import { insideOf } from "../../src/breaker/breaker.ts";
import type { ToolCall } from "../../src/vocabulary/call.ts";
import { fixture } from "../support/breakers.ts";
import { answer, other, request, result, said, user } from "../support/seam.ts";

/** A request, and what the model answers; where it answers nothing, it is still at it. */
interface Step {
  readonly shows: readonly ShownMessage[];
  readonly answers?: ModelAnswer;
  readonly tools?: readonly string[];
}

const step = (shows: Step["shows"], answers?: ModelAnswer, tools?: readonly string[]): Step => ({
  shows,
  ...(answers && { answers }),
  ...(tools && { tools }),
});

/** The numbers of the conversations that the requests belong to. */
function numbersOf(steps: readonly Step[], areResultsIn = true): readonly number[] {
  const { breaker } = fixture();
  const numbers = new Map<BreakerLane, number>();
  const underWay = new Set<string>();
  const conversations = new Conversations({
    make: (number) => {
      const lane = new BreakerLane(insideOf(breaker), "a", `${number}`, "");
      numbers.set(lane, number);
      return lane;
    },
    isUnderWay: (key) => underWay.has(key),
    areResultsIn: () => areResultsIn,
    isIdle: () => false,
  });
  return steps.map(({ shows, answers, tools }, index) => {
    const shown = request(shows, tools && { tools: () => tools });
    const one = conversations.find(shown) ?? conversations.begin();
    conversations.asked(one, shown, `${index}`);
    if (answers === undefined) underWay.add(`${index}`);
    else conversations.answered(one, answers);
    return numbers.get(one.lane)!;
  });
}

const use = (args: unknown, id?: string): ToolCall => ({
  kind: "tool",
  tool: "use",
  args,
  ...(id !== undefined && { id }),
});
const asks = (...calls: readonly ToolCall[]): ModelAnswer => ({ calls });
const says = (text: string): ModelAnswer => ({ calls: [], text });

const [ann, ben] = [user("Find the port."), user("Find the host.")];
const [one, two] = [use("A", "c1"), use("B", "c2")];
const long = "Thought: I look at the file first.";
const grown = user(`Find the port.\n${long}\nObservation: it is empty.`);

type Row = readonly [shows: string, steps: readonly Step[], numbers: readonly number[]];

const goesOn: readonly Row[] = [
  [
    "its calls by their ids",
    [step([ann], asks(one)), step([ann, answer(one), result("c1")], says("80"))],
    [1, 1],
  ],
  [
    "one of them is enough: some frameworks show them one by one",
    [step([ann], asks(one, two)), step([ann, answer(two), result("c2")], says("80"))],
    [1, 1],
  ],
  ["their results alone", [step([ann], asks(one)), step([ann, result("c1")], says("80"))], [1, 1]],
  [
    "calls without ids by their arguments, as an object or as text",
    [
      step([ann], asks(use({ q: "a" })), ["use"]),
      step([ben], asks(use({ q: "b" })), ["other"]),
      step([ann, answer(use('{"q":"a"}')), other("1")], says("80")),
      step([ben, answer(use({ q: "b" })), other("1")], says("it")),
    ],
    [1, 2, 1, 2],
  ],
  [
    "so are calls whose id is the tool's name",
    [
      step([ann], asks(use("A", "use")), ["use"]),
      step([ben], asks(use("B", "use")), ["other"]),
      step([ann, answer(use("A", "use")), result("use")], says("80")),
    ],
    [1, 2, 1],
  ],
  [
    "calls by their arguments, where another question has a call with the same id",
    [
      step([ann], asks(use("A", "call_0")), ["use"]),
      step([ben], asks(use("B", "call_0")), ["other"]),
      step([ann, answer(use("A", "call_0")), result("call_0")], says("80")),
      step([ben, answer(use("B", "call_0")), result("call_0")], says("it")),
    ],
    [1, 2, 1, 2],
  ],
  [
    "its text, whatever spaces it has",
    [
      step([ann], says("The port is 80.")),
      step([ann, said("The port\n is 80. "), ben], says("it")),
    ],
    [1, 1],
  ],
  [
    "after other questions as well",
    [
      step([ann], says("The port is 80.")),
      step([ben], says("The host is it.")),
      step([ann, said("The port is 80."), user("Sure?")], says("Yes.")),
      step([ben, said("The host is it."), user("Sure?")], says("Yes.")),
    ],
    [1, 2, 1, 2],
  ],
  [
    "after a grader in between, which offers other tools",
    [
      step([ann], asks(one), ["use"]),
      step([user("Is that fine?")], asks(use("yes", "g1")), ["grade"]),
      step([ann, answer(one), result("c1")], says("80"), ["use"]),
    ],
    [1, 2, 1],
  ],
  [
    "what was added at the end does not matter",
    [
      step([ann], asks(one)),
      step([ann, answer(one), result("c1"), ben, other("9:00")], says("80")),
    ],
    [1, 1],
  ],
  [
    "nor what was taken away before it",
    [step([other("Be brief."), ann], asks(one)), step([answer(one), result("c1")], says("80"))],
    [1, 1],
  ],
  [
    "a text agent whose one message grows",
    [step([ann], says(long)), step([grown], says("80"))],
    [1, 1],
  ],
];

const another: readonly Row[] = [
  [
    "independent questions in turn",
    [step([ann], says("80")), step([ben], says("it")), step([ann], says("80"))],
    [1, 2, 3],
  ],
  ["independent questions in parallel", [step([ann]), step([ben]), step([ann])], [1, 2, 3]],
  [
    "the same question while it is being answered, although the answer before it asks for calls",
    [step([ann], asks(one)), step([ann, answer(one), result("c1")]), step([ben])],
    [1, 1, 2],
  ],
  [
    "an example in the prompt that reads like the last answer is no answer",
    [
      step([user("Is 1 odd?"), said("yes"), user("Is 3 odd?")], says("yes")),
      step([user("Is 1 odd?"), said("yes"), user("Is 5 odd?")], says("yes")),
      step([user("Is 1 odd?"), said("yes"), user("Is 7 odd?")], says("yes")),
    ],
    [1, 2, 3],
  ],
  [
    "also where the examples are other ones each time",
    [
      step([user("Is 1 odd?"), said("yes"), user("Is 2?"), said("no"), user("Is 3?")], says("yes")),
      step([user("Is 4?"), said("no"), user("Is 5 odd?"), said("yes"), user("Is 7?")], says("yes")),
      step([user("Is 1 odd?"), said("yes"), user("Is 2?"), said("no"), user("Is 9?")], says("yes")),
    ],
    [1, 2, 3],
  ],
  [
    "a grader that quotes the last answer",
    [step([ann], says(long)), step([user(`Is this answer right?\n${long}`)], says("no"))],
    [1, 2],
  ],
  [
    "but one that comes after it is",
    [
      step([user("Is 1 odd?"), said("yes"), user("Is 3 odd?")], says("yes")),
      step([user("Is 1 odd?"), said("yes"), user("Is 3 odd?"), said("yes"), ben], says("it")),
    ],
    [1, 1],
  ],
  [
    "a short answer that stands in the next question by chance",
    [step([ann], says("80")), step([user("Is 80 a port?")], says("yes"))],
    [1, 2],
  ],
  [
    "other calls under the same name",
    [step([ann], asks(use("A", "c1")), ["use"]), step([answer(use("B", "c9"))], says("x"), ["no"])],
    [1, 2],
  ],
];

const compacted = (tools?: readonly string[]): readonly Step[] => [
  step([ann], asks(one), tools && ["use", "look"]),
  step([user("So far: nothing.")], says("80"), tools),
];

describe("a request goes on with the conversation whose answer it shows", () => {
  test.for(goesOn)("%s", ([, steps, numbers]) => {
    expect(numbersOf(steps)).toEqual(numbers);
  });
});

describe("a request is another conversation's", () => {
  test.for(another)("%s", ([, steps, numbers]) => {
    expect(numbersOf(steps)).toEqual(numbers);
  });
});

describe("a request without an answer, after an answer that asks for calls", () => {
  test.for<readonly [string, readonly Step[], areResultsIn: boolean, numbers: readonly number[]]>([
    ["goes on with the same tools, in any order", compacted(["look", "use"]), true, [1, 1]],
    ["goes on where no tools are told", compacted(), true, [1, 1]],
    ["is a side question with other tools", compacted(["grade"]), true, [1, 2]],
    ["and with none", compacted([]), true, [1, 2]],
    ["and as long as the results are not in", compacted(["use", "look"]), false, [1, 2]],
  ])("%s", ([, steps, areResultsIn, numbers]) => {
    expect(numbersOf(steps, areResultsIn)).toEqual(numbers);
  });
});

const further = (n: number) =>
  step([user(`Question ${n}?`), said(`The answer is ${n}.`), user("Sure?")], says("Yes."));

test("20,000 questions that have ended are forgotten but for the last thousand", () => {
  const asked = Array.from({ length: 20_000 }, (_, n) =>
    step([user(`Question ${n}?`)], says(`The answer is ${n}.`)),
  );
  expect(numbersOf([...asked, further(19_999), further(0)]).slice(-2)).toEqual([20_000, 20_001]);
});
