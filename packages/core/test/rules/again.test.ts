import { describe, expect, test } from "vitest";
import { fixture } from "../support/breakers.ts";
import { only, play, times } from "../support/script.ts";

const one = `"go_on" read:A=1 'done'`;
const quiet = (count: number) => times(count, ". .");

const runs: readonly (readonly [shows: string, run: string, verdicts: string])[] = [
  [
    "at once: warned from the sixth on, stopped at the sixteenth",
    times(16, one),
    `${quiet(5)} ${times(10, "w w")} O O`,
  ],
  [
    "whatever the message, where calls were made",
    `"a" ${one} "b" ${one} "c" ${one} "d" ${one} "e" ${one} "f" ${one}`,
    `${quiet(5)} w w`,
  ],
  ["a minute apart it is a heartbeat", times(20, `${one} @60s`), quiet(20)],
  ["just under a minute apart it is no heartbeat", times(6, `${one} @59s`), `${quiet(5)} w w`],
  [
    "a turn far apart counts nothing, and ends nothing",
    `${times(3, one)} @90s ${times(4, one)}`,
    `${quiet(6)} w w`,
  ],
  [
    "a turn that ends otherwise begins anew",
    `${times(5, one)} "go_on" read:A=2 'done' ${times(6, one)}`,
    `${quiet(5)} w w ${quiet(4)} w w w w`,
  ],
  [
    "another answer as well",
    Array.from({ length: 10 }, (_, i) => `"go_on" read:A=1 'done${i}'`).join(" "),
    quiet(10),
  ],
  [
    "an id or a time is no other answer",
    Array.from(
      { length: 6 },
      (_, i) => `"go_on" read:A=at,10:0${i} 'all_of_that_is_done,10:0${i}'`,
    ).join(" "),
    `${quiet(5)} w w`,
  ],
  [
    "two ways in turn",
    times(8, `"go_on" read:A=1 'done' "go_on" read:B=2 'sorry'`).split(" ").slice(0, 21).join(" "),
    `${quiet(6)} w w`,
  ],
  ["three ways are no loop", times(5, `"a" 'one' "b" 'two' "c" 'three'`), times(15, ".")],
  ["an answer alone", times(6, `"hi" 'hello'`), ". . . . . w"],
  [
    "the same answer alone to ever other messages: a batch of questions",
    Array.from({ length: 20 }, (_, i) => `"is_item_${i}_spam" 'no'`).join(" "),
    times(20, "."),
  ],
  [
    "another time in the message makes it no other question",
    Array.from({ length: 6 }, (_, i) => `"it_is,10:0${i}" 'no'`).join(" "),
    ". . . . . w",
  ],
  ["hand-offs", times(6, `"hi" a>>b=fix,it`), ". . . . . w"],
  [
    "an answer as a structured output, which is judged itself by no rule",
    `${times(6, `"hi" final_answer:yes=`)} 'hm'`,
    ". . . . . . w",
  ],
  ["an empty turn tells nothing", times(5, `${one} "hello" "hello" "hello"`), quiet(5)],
  [
    "what other agents do is no part of it",
    times(6, `"hi" 'hello' x>A=1`),
    `${times(5, ". .")} w w`,
  ],
  ["what another agent hears begins no turn", times(8, "x>A=1"), times(8, ".")],
];

describe("turns that end like one before", () => {
  test.for(runs)("%s", ([, run, verdicts]) => {
    const { breaker, clock } = fixture({ rules: only("again") });
    expect(play(breaker, run, clock)).toBe(verdicts);
  });

  test("a provider that is down from the first request of each turn", () => {
    const { lane } = fixture({ rules: only("again") });
    const said = Array.from({ length: 16 }, () => {
      lane.userMessage("hi");
      const [{ token, verdict }] = lane.admitSync([{ kind: "model" }]);
      lane.settleSync(token, { status: "failure", error: "503" });
      return verdict;
    });
    expect(said.map((verdict) => verdict[0]).join("")).toBe(`aaaaa${"w".repeat(10)}o`);
  });
});
