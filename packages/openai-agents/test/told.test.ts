// What guard tells a model about its calls stands with their results.
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

test("regression: of results whose ids repeat only the latest carries a note", () => {
  const input = [result("call_1", "first"), result("call_1", "second"), result("call_2", "third")];
  const told = new Map([["call_1", { text: "The same as before.", inPlace: false }]]);

  const sent = withTold({ input } as unknown as ModelRequest, told);

  expect(sent.input).toEqual([
    result("call_1", "first"),
    result("call_1", "second\n\nThe same as before."),
    result("call_2", "third"),
  ]);
});
