// A user stops an answer after a few words: guard books the request and the streamed words, not the 4,096 tokens that it
// has held for the answer.
import { createBreaker } from "@guard/core";
import type { Piece } from "@guard/core/adapter";
import { Agent, Runner, type Model, type StreamEvent } from "@openai/agents";
import { ending } from "guard-test-support";
import { describe, expect, test } from "vitest";
import { guardRunner } from "../src/index.ts";
import { toPieces } from "../src/to-pieces.ts";

const started: StreamEvent = { type: "response_started" };
const text = (delta: string): StreamEvent => ({ type: "output_text_delta", delta });
const raw = (event: object): StreamEvent => ({ type: "model", event });
const delta = (type: string, of: string) =>
  raw({ type: `response.${type}.delta`, delta: of, item_id: "it_1" });
const thinks = raw({
  type: "response.output_item.added",
  item: { type: "reasoning", id: "rs_1" },
});
const chunk = (of: object) => raw({ choices: [{ delta: of }] });

test.for<readonly [string, StreamEvent, readonly Piece[]]>([
  ["text", text("It "), [{ kind: "text", text: "It " }]],
  ["text of the model's own API", delta("output_text", "It "), []],
  ["text of the Chat Completions API", chunk({ content: "It " }), []],
  ["a thought that begins", thinks, [{ kind: "thought", of: "rs_1" }]],
  ["a thought", delta("reasoning_text", "Hm."), [{ kind: "thought", of: "it_1", text: "Hm." }]],
  ["a summary of thoughts", delta("reasoning_summary_text", "Hm."), []],
  [
    "arguments",
    delta("function_call_arguments", '{"q"'),
    [{ kind: "arguments", of: "it_1", text: '{"q"' }],
  ],
  [
    "arguments of chat completions",
    chunk({ tool_calls: [{ function: { arguments: '{"q"' } }] }),
    [{ kind: "arguments", text: '{"q"' }],
  ],
  [
    "thoughts of chat completions",
    chunk({ reasoning_content: "Hm." }),
    [{ kind: "thought", text: "Hm." }],
  ],
  ["a message that begins", raw({ type: "response.output_item.added", item: {} }), []],
  ["nonsense", raw({ choices: 7 }), []],
  ["nothing", started, []],
])("the pieces of %s", ([, event, pieces]) => {
  expect(toPieces(event)).toEqual(pieces);
});

const words = ["It ", "is ", "on ", "port ", "8080"];

/** A model that streams five words, and then fails or waits for its user to stop it. */
function modelOf(pieces: readonly string[], error?: Error): Model {
  return {
    getResponse: () => Promise.reject(new Error("this model streams")),
    async *getStreamedResponse({ signal }) {
      yield started;
      for (const piece of pieces) yield text(piece);
      if (error !== undefined) throw error;
      await new Promise((_, reject) => {
        const stop = () => reject(new DOMException("stopped", "AbortError"));
        if (signal?.aborted) stop();
        else signal?.addEventListener("abort", stop);
      });
    },
  };
}

async function booked(model: Model, stopAfter: number): Promise<number> {
  const tokens = { estimate: (sent: string) => sent.length };
  const breaker = createBreaker({ budget: { tokens: 1_000_000 }, tokens });
  const runner = guardRunner(new Runner({ tracingDisabled: true }), breaker);
  const abort = new AbortController();
  const { signal } = abort;
  await ending(async () => {
    const agent = new Agent({ name: "a", model });
    const result = await runner.run(agent, "Find the port.", { stream: true, signal });
    let read = 0;
    for await (const event of result) {
      const isPart = event.type === "raw_model_stream_event";
      if (isPart && ++read === stopAfter) abort.abort();
    }
    await result.completed;
  });
  return breaker.spending.tokens;
}

describe("a streamed run", () => {
  test("after five words: guard books the request and these words", async () => {
    const spent = await booked(modelOf(words), 1 + words.length);
    expect(spent).toBeGreaterThanOrEqual("Find the port.".length + words.join("").length);
    expect(spent).toBeLessThan(200);
  });

  test("a lost connection costs the same", async () => {
    const spent = await booked(modelOf(words, new Error("connection lost")), 100);
    expect(spent).toBeGreaterThanOrEqual("Find the port.".length + words.join("").length);
    expect(spent).toBeLessThan(200);
  });

  test("before the first word: guard books what it has held", async () => {
    expect(await booked(modelOf([]), 1)).toBeGreaterThan(4_096);
  });

  test("a failure before the first word costs nothing", async () => {
    expect(await booked(modelOf([], new Error("429")), 100)).toBe(0);
  });
});
