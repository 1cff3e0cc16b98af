// guard writes its notes to the results of calls.
import type { AgentInputItem, ModelRequest } from "@openai/agents";
import { expect, test } from "vitest";
import { withTold } from "../src/to-answer.ts";

const result = (callId: string, output: string): AgentInputItem => ({
  type: "function_call_result",
  status: "completed",
  name: "use",
  callId,
  output,
});

test("regression: if ids of results repeat, only the latest result carries a note", () => {
  const input = [result("call_1", "first"), result("call_1", "second"), result("call_2", "third")];
  const told = new Map([["call_1", { text: "The same as before.", inPlace: false }]]);

  const sent = withTold({ input } as unknown as ModelRequest, told);

  expect(sent.input).toEqual([
    result("call_1", "first"),
    result("call_1", "second\n\nThe same as before."),
    result("call_2", "third"),
  ]);
});
