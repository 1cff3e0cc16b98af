// Where a turn begins and which lane a request belongs to, from the messages of the requests alone.
import { describe, expect, test } from "vitest";
import { beginsTurn, isRestart, laneOf, type Said } from "../../src/adapter/turns.ts";

/** A request: the user's latest words, the user's messages, all messages, and who has spoken last. */
const said = (
  text: string,
  users: number,
  messages: number,
  isLast = users === messages,
): Said => ({
  text,
  users,
  messages,
  isLast,
});

const first = said("Find the port.", 1, 1);

describe("beginsTurn", () => {
  test.for<readonly [string, Said | undefined, Said, boolean]>([
    ["the first request", undefined, first, true],
    ["an answer and a result more", first, said("Find the port.", 1, 3, false), false],
    ["the same, its user's words written anew", first, said("Step 2.", 1, 3, false), false],
    ["the same request once more", first, first, false],
    ["a message of the user more", first, said("And now?", 2, 3), true],
    ["a message of the user more, with the same words", first, said("Find the port.", 2, 3), true],
    ["fewer messages", said("Find the port.", 1, 7, false), first, true],
    ["other words in place of the only message", first, said("And the host?", 1, 1), true],
    [
      "its only message has grown at the end",
      first,
      said("Find the port. I have looked.", 1, 1),
      false,
    ],
    ["its only message has grown within", first, said("Find (read a) the port.", 1, 1), false],
    ["its only message is shorter", first, said("Find the", 1, 1), true],
  ])("%s", ([, before, now, expected]) => {
    expect(beginsTurn(before, now)).toBe(expected);
  });
});

describe("isRestart", () => {
  test.for<readonly [string, Said | undefined, Said, boolean]>([
    ["the first request", undefined, first, false],
    ["the same request once more", first, first, true],
    ["the same words, from the beginning", said("Find the port.", 1, 7, false), first, true],
    [
      "the same request in the middle of a run",
      said("x", 1, 3, false),
      said("x", 1, 3, false),
      false,
    ],
    ["other words", first, said("And the host?", 1, 1), false],
    ["the same words further on", first, said("Find the port.", 2, 3), false],
  ])("%s", ([, before, now, expected]) => {
    expect(isRestart(before, now)).toBe(expected);
  });
});

test("laneOf: agents and instances have lanes of their own", () => {
  const asking = ["a", "b"].flatMap((agent) => ["", "1"].map((instance) => ({ agent, instance })));
  expect(new Set(asking.map(laneOf)).size).toBe(4);
  expect(laneOf({ agent: "a", instance: "1" })).toBe(laneOf({ agent: "a", instance: "1" }));
});
