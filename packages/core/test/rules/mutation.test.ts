import { describe, expect, test } from "vitest";
import { createBreaker } from "../../src/breaker/breaker.ts";
import { only, play, times } from "../support/script.ts";

const runs: readonly (readonly [shows: string, run: string, verdicts: string])[] = [
  ["the same message", times(5, "send:A=ok"), ". w b b O"],
  ["with ever other ids", "send:A=id1 send:A=id2 send:A=id3 send:A=id4", ". w b b"],
  ["with ever other answers", "send:A=x send:A=y send:A=z send:A=v", ". w b b"],
  [
    "whatever else happens between",
    "send:A=1 read:B=1 send:A=2 read:C=1 send:A=3 read:D=1 send:A=4",
    ". . w . b . b",
  ],
  ["what failed has not been done", times(9, "send:A!e"), times(9, ".")],
  ["so a failure may be tried again", "send:A!e send:A=ok send:A=ok", ". . w"],
  ["an unseen outcome neither", times(9, "send:A?"), times(9, ".")],
  ["other messages", "send:A=ok send:B=ok send:C=ok send:D=ok send:E=ok", ". . . . ."],
  ["by whichever agent", "send:A=ok x>send:A=ok send:A=ok x>send:A=ok", ". w b b"],
  [
    "another user message asks for it anew",
    '"one" send:A=ok send:A=ok "two" send:A=ok send:A=ok send:A=ok',
    ". w . w b",
  ],
  [
    "what sets and does not add may be repeated",
    times(9, "update:A=ok write:A=ok delete:A=ok"),
    times(27, "."),
  ],
  ["reading as well", times(9, "read:A=ok"), times(9, ".")],
  ["steps as well", times(9, "click:A=ok"), times(9, ".")],
  ["and what nothing is known of", times(9, "A=ok"), times(9, ".")],

  ["money moves once", times(4, "pay:A=ok"), ". b b O"],
  [
    "under each of its names",
    "charge:A=1 charge:A=2 buy:B=1 buy:B=1 refund:C=1 refund:C=1",
    ". b . b . b",
  ],
  ["other money", "pay:A=ok pay:B=ok pay:C=ok", ". . ."],
  ["what was not paid may be paid", "pay:A!declined pay:A!declined pay:A=ok pay:A=ok", ". . . b"],

  ["what is deployed again, with nothing changed", times(4, "deploy:A=ok"), ". w b b"],
  [
    "after something else has changed",
    Array.from({ length: 5 }, (_, index) => `edit:E${index}=ok deploy:A=ok`).join(" "),
    times(10, "."),
  ],
  ["after the same change again", times(4, "edit:E=ok deploy:A=ok"), ". . . w . b . b"],
  [
    "after a change a message is the same message",
    "send:A=ok edit:E=ok send:A=ok edit:F=ok send:A=ok",
    ". . w . b",
  ],

  ["what is created again", times(4, "create_file:A=ok"), ". w b b"],
  [
    "after one of its kind was deleted",
    times(4, "create_file:A=ok delete_file:A=ok"),
    times(8, "."),
  ],
  [
    "after something else was deleted",
    "create_file:A=ok delete_user:B=ok create_file:A=ok delete_user:C=ok create_file:A=ok",
    ". . w . b",
  ],
  ["after a deletion that failed", "create_file:A=ok delete_file:A!e create_file:A=ok", ". . w"],

  ["twins in one answer: the first runs", "send:A=ok+send:A=ok+send:A=ok", ".bb"],
  ["and counts as one that was done", "send:A=ok+send:A=ok send:A=ok", ".b w"],
  ["twins of what was done before", "send:A=ok send:A=ok+send:A=ok", ". wb"],
  ["others in one answer are no twins", "send:A=ok+send:B=ok+send:C=ok", "..."],
  ["twins of money", "pay:A=ok+pay:A=ok", ".b"],
  ["twins of what sets", "write:A=ok+write:A=ok+write:A=ok", "..."],
];

describe("an effect made before", () => {
  test.for(runs)("%s: %s", ([, run, verdicts]) => {
    expect(play(createBreaker({ rules: only("mutation") }), run)).toBe(verdicts);
  });

  test("a prompt to another agent clears nothing of it", () => {
    const breaker = createBreaker({ rules: only("mutation") });
    expect(play(breaker, "send:A=ok x>send:A=ok")).toBe(". w");
    breaker.agent("x").userMessage("Mail it, please.");
    expect(play(breaker, "x>send:A=ok")).toBe("b");
  });

  test("a declared policy wins over the name", () => {
    const tools = { use: { policy: "mutating" }, send: { policy: "read" } } as const;
    const breaker = createBreaker({ rules: only("mutation"), tools });
    expect(play(breaker, times(3, "A=ok send:A=ok"))).toBe(". . w . b .");
  });
});
