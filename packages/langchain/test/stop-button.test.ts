// What of an answer was streamed before its user stopped it: that, and the request, is what it has cost.
import { AIMessageChunk, type AIMessageChunkFields } from "@langchain/core/messages";
import { ChatGenerationChunk, GenerationChunk } from "@langchain/core/outputs";
import { expect, test } from "vitest";
import { toStreamed } from "../src/to-streamed.ts";

const part = (fields: AIMessageChunkFields) =>
  new ChatGenerationChunk({ text: "", message: new AIMessageChunk(fields) });
const call = { name: "use", args: '{"q"', index: 0, type: "tool_call_chunk" } as const;

test.for<readonly [string, unknown, string]>([
  ["text", part({ content: "It " }), "It "],
  ["text of a model that completes texts", new GenerationChunk({ text: "It " }), "It "],
  ["text in blocks", part({ content: [{ type: "text", text: "It " }] }), "It "],
  ["Anthropic's thoughts", part({ content: [{ type: "thinking", thinking: "Hm. " }] }), "Hm. "],
  ["thoughts in blocks", part({ content: [{ type: "reasoning", reasoning: "Hm. " }] }), "Hm. "],
  [
    "DeepSeek's thoughts",
    part({ content: "", additional_kwargs: { reasoning_content: "Hm. " } }),
    "Hm. ",
  ],
  ["arguments", part({ content: "", tool_call_chunks: [call] }), '{"q"'],
  [
    "arguments that stand in a block as well",
    part({
      content: [{ type: "input_json_delta", input: '{"q"' }],
      tool_call_chunks: [call],
    }),
    '{"q"',
  ],
  ["nothing", undefined, ""],
  ["nonsense", { message: { content: [null, 7], tool_call_chunks: "?" } }, ""],
])("%s", ([, chunk, streamed]) => {
  expect(toStreamed(chunk)).toBe(streamed);
});
