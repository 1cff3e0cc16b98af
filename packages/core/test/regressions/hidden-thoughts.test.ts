// Of 389 tokens of an answer of Gemini's 46 were booked, 35 times too little money: its thoughts stand only in the total,
// or in a field of their own.
import { expect, test } from "vitest";
import { usageOf } from "../../src/adapter/usage.ts";
import { fixture } from "../support/breakers.ts";

test.for([
  [
    "Gemini's own",
    {
      promptTokenCount: 41,
      candidatesTokenCount: 5,
      thoughtsTokenCount: 343,
      totalTokenCount: 389,
    },
  ],
  [
    "LangChain's google-genai: in the total alone",
    { input_tokens: 41, output_tokens: 5, total_tokens: 389 },
  ],
  [
    "AI SDK, specification V2: in a field of their own",
    { inputTokens: 41, outputTokens: 5, reasoningTokens: 343, totalTokens: 389 },
  ],
  [
    "AI SDK, specification V2, where the field is missing: in the total alone",
    { inputTokens: 41, outputTokens: 5, reasoningTokens: undefined, totalTokens: 389 },
  ],
] as const)("389 of 389 tokens are booked: %s", async ([, told]) => {
  const { lane, breaker } = fixture({
    price: ({ inputTokens, outputTokens }) => (inputTokens * 0.3 + outputTokens * 2.5) / 1e6,
  });
  const model = { kind: "model", model: "gemini-2.5-flash" } as const;
  await lane.run(model, () => "8080", { usage: () => usageOf([told]) });
  expect(breaker.spending).toMatchObject({ tokens: 389, usd: 0.0008823 });
});
