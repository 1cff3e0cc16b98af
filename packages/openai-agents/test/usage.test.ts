// The usage of an answer, in the shapes of the SDK's own models.
import { Usage } from "@openai/agents";
import { expect, test } from "vitest";
import { toModelCall } from "../src/to-call.ts";
import { toModelAnswer, type Answer } from "../src/to-outcome.ts";

const hosted = (id: string, name: string, action?: string) =>
  ({
    type: "hosted_tool_call",
    id,
    name,
    status: "completed",
    ...(action === undefined ? {} : { providerData: { action: { type: action } } }),
  }) as const;

test.for<[name: string, usage: object]>([
  [
    "whole",
    new Usage({
      input_tokens: 2_006,
      output_tokens: 300,
      total_tokens: 2_306,
      input_tokens_details: { cached_tokens: 1_920 },
      output_tokens_details: { reasoning_tokens: 256 },
    }),
  ],
  [
    "streamed",
    {
      inputTokens: 2_006,
      outputTokens: 300,
      totalTokens: 2_306,
      inputTokensDetails: { cached_tokens: 1_920 },
      outputTokensDetails: { reasoning_tokens: 256 },
    },
  ],
])("%s: tokens, a cache, and the tools that OpenAI has run", ([, usage]) => {
  const output: Answer["output"] = [
    hosted("ws_1", "web_search_call", "search"),
    hosted("ws_2", "web_search_call", "open_page"),
    hosted("fs_1", "file_search_call"),
    hosted("ci_1", "code_interpreter_call"),
  ];

  expect(toModelAnswer({ output, usage }).usage).toEqual({
    inputTokens: 2_006,
    cachedInputTokens: 1_920,
    outputTokens: 300,
    providerTools: { web_search: 1, file_search: 1, code_execution: 1 },
  });
});

test("a request says which tools OpenAI may run, so that their fees are held", () => {
  const tools = [{ type: "hosted_tool", name: "web_search" } as const];
  expect(
    toModelCall({ name: "gpt-5-mini" }, {
      input: "Which port?",
      modelSettings: {},
      tools,
      handoffs: [],
    } as never),
  ).toMatchObject({
    providerTools: { web_search: 1 },
  });
});
