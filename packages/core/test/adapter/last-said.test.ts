// The last words of a request that an agent who takes over will read.
import { expect, test } from "vitest";
import type { ShownMessage } from "../../src/adapter/index.ts";
import { lastSaid } from "../../src/adapter/shown.ts";
import { answer, call, other, request, result, said, user } from "../support/seam.ts";

const asks = { ...answer(call()), text: () => "I look." } as ShownMessage;

test.for<readonly [string, readonly ShownMessage[], string | undefined]>([
  ["the user's", [user("Find the port.")], "Find the port."],
  ["an answer's", [user("Find the port."), said(" Which host? ")], "Which host?"],
  ["no words along with calls", [user("Find the port."), asks, result("1")], "Find the port."],
  ["no empty words", [user("Find the port."), said(" "), user("")], "Find the port."],
  ["no words of the system", [other("You find ports.")], undefined],
])("are %s", ([, messages, words]) => {
  expect(lastSaid(request(messages))).toBe(words);
});
