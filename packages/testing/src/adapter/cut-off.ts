import { createBreaker } from "@guard/core";
import type { TestRunner } from "../test-runner.ts";
import type { AdapterHarness, AdapterStream } from "./harness.ts";
import { still } from "./played.ts";

/** One token for each "eight" in a text. The request contains none. */
const tokens = { estimate: (text: string) => text.split("eight").length - 1 };

const streams: readonly (Pick<AdapterStream, "hidesThoughts" | "words"> & {
  readonly when: string;
  readonly costs: string;
  readonly booked: number;
})[] = [
  {
    when: "after its first words",
    words: ["eight ", "and eight"],
    hidesThoughts: false,
    costs: "what was streamed",
    booked: 2,
  },
  {
    when: "after thoughts that are hidden",
    words: ["eight ", "and eight"],
    hidesThoughts: true,
    costs: "what was held",
    booked: 4_096,
  },
  {
    when: "while the model hides its thoughts",
    words: [],
    hidesThoughts: true,
    costs: "what was held",
    booked: 4_096,
  },
  {
    when: "before it has begun",
    words: [],
    hidesThoughts: false,
    costs: "nothing",
    booked: 0,
  },
];

/** A cut-off answer costs what was streamed. If that is unknown, it costs what guard held for it. */
export function cutOff({ test, expect }: TestRunner, { stream }: AdapterHarness): void {
  if (stream === undefined) return;
  for (const { when, costs, booked, ...said } of streams) {
    test(`cut off: an answer that breaks off ${when} costs ${costs}`, async () => {
      const breaker = createBreaker({ ...still(), budget: { tokens: 1_000_000 }, tokens });
      await stream({ source: breaker, ...said, error: new Error("connection lost") });
      expect(breaker.spending.tokens).toBe(booked);
    });
  }
}
