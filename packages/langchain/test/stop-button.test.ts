// A user stops an answer after a few words: the run is booked the request and what was streamed, and what was held
// where the model thinks and does not show it.
import { createBreaker } from "@guard/core";
import type { Piece } from "@guard/core/adapter";
import { AIMessageChunk, type AIMessageChunkFields } from "@langchain/core/messages";
import { ChatGenerationChunk, GenerationChunk } from "@langchain/core/outputs";
import { ChatOpenAI } from "@langchain/openai";
import { createAgent } from "langchain";
import { ending } from "guard-test-support";
import { quietHandlerErrors } from "guard-test-support/quiet";
import { expect, onTestFinished, test } from "vitest";
import { GuardCallbackHandler } from "../src/index.ts";
import { toPieces } from "../src/to-pieces.ts";
import { startCompletionsServer } from "./support/completions-server.ts";
import { overhear } from "./support/guarded.ts";
import { question } from "./support/runners.ts";

quietHandlerErrors();

const part = (fields: AIMessageChunkFields) =>
  new ChatGenerationChunk({ text: "", message: new AIMessageChunk(fields) });
const block = (fields: { readonly type: string } & Record<string, unknown>) =>
  part({ content: [fields] });
const beside = (additional_kwargs: Record<string, unknown>) =>
  part({ content: "", additional_kwargs });
const call = { name: "use", args: '{"q"', index: 0, type: "tool_call_chunk" } as const;
const asked: Piece = { kind: "arguments", text: '{"q"' };

test.for<readonly [string, unknown, readonly Piece[]]>([
  ["text", part({ content: "It " }), [{ kind: "text", text: "It " }]],
  [
    "text of a model that completes texts",
    new GenerationChunk({ text: "It " }),
    [{ kind: "text", text: "It " }],
  ],
  ["text in blocks", block({ type: "text", text: "It " }), [{ kind: "text", text: "It " }]],
  [
    "Anthropic's thoughts",
    block({ type: "thinking", thinking: "Hm.", index: 0 }),
    [{ kind: "thought", of: 0, text: "Hm." }],
  ],
  [
    "a thought of Anthropic's that is only signed",
    block({ type: "thinking", signature: "c2ln", index: 0 }),
    [{ kind: "thought", of: 0 }],
  ],
  [
    "a thought of Anthropic's that is redacted",
    block({ type: "redacted_thinking", data: "cmVk" }),
    [{ kind: "thought", of: "redacted" }],
  ],
  [
    "thoughts in blocks",
    block({ type: "reasoning", reasoning: "Hm." }),
    [{ kind: "thought", text: "Hm." }],
  ],
  ["DeepSeek's thoughts", beside({ reasoning_content: "Hm." }), [{ kind: "thought", text: "Hm." }]],
  ["Groq's thoughts", beside({ reasoning: "Hm." }), [{ kind: "thought", text: "Hm." }]],
  ["a part beside which nothing is thought", beside({ reasoning_content: "" }), []],
  [
    "Bedrock's thoughts",
    block({ type: "reasoning_content", reasoningText: { text: "Hm." } }),
    [{ kind: "thought", text: "Hm." }],
  ],
  [
    "OpenAI's thoughts",
    beside({ reasoning: { type: "reasoning", id: "rs_1", summary: [] } }),
    [{ kind: "thought", of: "hidden" }],
  ],
  ["arguments", part({ content: "", tool_call_chunks: [call] }), [asked]],
  [
    "arguments that stand in a block as well",
    part({ content: [{ type: "input_json_delta", input: '{"q"' }], tool_call_chunks: [call] }),
    [asked],
  ],
  ["a part that is not shown", undefined, [{ kind: "thought", of: "unseen" }]],
  ["nonsense", { message: { content: [null, 7], tool_call_chunks: "?" } }, []],
])("the pieces of %s", ([, chunk, pieces]) => {
  const said = toPieces(chunk).filter(({ kind, text }) => kind !== "text" || isSaid(text));
  expect(said).toEqual(pieces);
});

function isSaid(text: unknown): boolean {
  return typeof text === "string" && text !== "";
}

const added = (item: object) => ({ type: "response.output_item.added", output_index: 0, item });
const text = { type: "response.output_text.delta", content_index: 0, delta: "It is" };
const thinks = added({ type: "reasoning", id: "rs_1", summary: [] });
const summary = { type: "response.reasoning_summary_text.delta", summary_index: 0, delta: "Hm." };

/** Of the 1,000 tokens that the answer may have, these were streamed, until the user has stopped it. */
test.for([
  ["text: that and the request", [text], (tokens: number) => tokens > 0 && tokens < 50],
  ["hidden thoughts: what was held", [thinks, text], (tokens: number) => tokens >= 1_000],
  [
    "a summary of thoughts: what was held",
    [thinks, summary, text],
    (tokens: number) => tokens >= 1_000,
  ],
] as const)(
  "regression: an answer of ChatOpenAI's that is stopped costs, after %s",
  async ([, parts, isBooked]) => {
    const never = new Promise<readonly object[]>(() => {});
    const server = await startCompletionsServer({}, parts, never);
    onTestFinished(server.stop);
    const model = new ChatOpenAI({
      model: "gpt-5-mini",
      apiKey: "none",
      maxRetries: 0,
      maxTokens: 1_000,
      useResponsesApi: true,
      configuration: { baseURL: server.url },
    });
    const breaker = createBreaker({ budget: { tokens: 100_000 } });
    const { told } = overhear(breaker);
    const callbacks = [new GuardCallbackHandler(breaker)];
    const abort = new AbortController();
    const { signal } = abort;

    await ending(async () => {
      const agent = createAgent({ model, tools: [] });
      const stream = await agent.stream(question, { callbacks, signal, streamMode: "messages" });
      for await (const [message] of stream) if (message.text.includes("It is")) abort.abort();
    });

    await expect.poll(() => told.map(({ status }) => status)).toEqual(["ignored"]);
    expect(breaker.spending.tokens).toSatisfy(isBooked);
  },
);
