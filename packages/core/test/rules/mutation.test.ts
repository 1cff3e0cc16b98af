import { describe, expect, test } from "vitest";
import { createBreaker } from "../../src/breaker/breaker.ts";
import { only, play, times } from "../support/script.ts";

const runs: readonly (readonly [shows: string, run: string, verdicts: string])[] = [
  ["the same message", times(6, "send:A=ok"), ". . w b b O"],
  ["with ever other ids", "send:A=id1 send:A=id2 send:A=id3 send:A=id4", ". . w b"],
  ["with ever other answers", "send:A=x send:A=y send:A=z send:A=v", ". . w b"],
  [
    "whatever else happens between",
    "send:A=1 read:B=1 send:A=2 read:C=1 send:A=3 read:D=1 send:A=4",
    ". . . . w . b",
  ],
  ["what failed has not been done", times(9, "send:A!e"), times(9, ".")],
  ["an unseen outcome neither", times(9, "send:A?"), times(9, ".")],
  ["other messages", "send:A=ok send:B=ok send:C=ok send:D=ok send:E=ok", ". . . . ."],
  ["by whichever agent", "send:A=ok x>send:A=ok send:A=ok x>send:A=ok", ". . w b"],
  [
    "another user message asks for it anew",
    '"one" send:A=ok send:A=ok "two" send:A=ok send:A=ok send:A=ok',
    ". . . . w",
  ],
  [
    "what sets and does not add may be repeated",
    times(9, "update:A=ok write:A=ok delete:A=ok"),
    times(27, "."),
  ],
  ["reading as well", times(9, "read:A=ok"), times(9, ".")],
  ["and what nothing is known of", times(9, "A=ok"), times(9, ".")],
];

describe("an effect made before", () => {
  test.for(runs)("%s: %s", ([, run, verdicts]) => {
    expect(play(createBreaker({ rules: only("mutation") }), run)).toBe(verdicts);
  });

  test("a declared policy wins over the name", () => {
    const tools = { use: { policy: "mutating" }, send: { policy: "read" } } as const;
    const breaker = createBreaker({ rules: only("mutation"), tools });
    expect(play(breaker, times(3, "A=ok send:A=ok"))).toBe(". . . . w .");
  });
});
