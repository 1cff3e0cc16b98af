import { createBreaker, type RecordedEvent } from "@guard/core";
import { describe, expect, test } from "vitest";
import { scriptedAgent } from "../src/index.ts";

describe("returns the verdict of each call", () => {
  test.for([
    ["A=1 A=1 A=1 A=1", ["allow", "allow", "warn", "block"]],
    ["A=1 A=1 A=1 A=1 A=1 A=1", ["allow", "allow", "warn", "block", "block", "open"]],
    ['A=1 A=1 "and now again" A=1 A=1', ["allow", "allow", "allow", "allow"]],
    ["A=1+B=2 C=3", ["allow", "allow", "allow"]],
    ["'done'", ["allow"]],
    ["", []],
  ] as const)("%s", async ([script, verdicts]) => {
    expect(await scriptedAgent(createBreaker().agent(), script)).toEqual(verdicts);
  });
});

test("every kind of step reaches the lane", async () => {
  const events: Omit<RecordedEvent, "t">[] = [];
  const record = (_run: string, event: RecordedEvent) => void events.push(event);
  const lane = createBreaker({ record }).agent("a");
  await scriptedAgent(lane, "\"hi there\" 'it is' look:A=1 B!2 C? D~ >writer=intro");
  expect(events).toMatchObject([
    { type: "user", text: "hi there" },
    { type: "model" },
    { type: "tool", tool: "look", args: "A", result: "1" },
    { type: "tool", tool: "use", args: "B", result: "2", error: true },
    { type: "tool", tool: "use", args: "C" },
    { type: "handoff", from: "a", to: "writer", task: "intro" },
  ]);
});

test("a wrong step is named, and no step runs", async () => {
  const breaker = createBreaker();
  await expect(scriptedAgent(breaker.agent(), "A=1 what now")).rejects.toThrow(
    /^script: "what" is not a step\. Steps are A=1, /,
  );
  expect(breaker.spending.toolCalls).toBe(0);
});
