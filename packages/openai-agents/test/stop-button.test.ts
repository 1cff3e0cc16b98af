// A user stops an answer after a few words: the run is booked the request and what was streamed, not the
// 4,096 tokens that were held for the answer.
import { createBreaker } from "@guard/core";
import { Agent, Runner, type Model, type StreamEvent } from "@openai/agents-core";
import { ending } from "guard-test-support";
import { describe, expect, test } from "vitest";
import { guardRunner } from "../src/index.ts";
import { toStreamed } from "../src/to-streamed.ts";

const started: StreamEvent = { type: "response_started" };
const text = (delta: string): StreamEvent => ({ type: "output_text_delta", delta });
const raw = (event: object): StreamEvent => ({ type: "model", event });
const delta = (type: string, of: string) => raw({ type: `response.${type}.delta`, delta: of });
const thinks = raw({ type: "response.output_item.added", item: { type: "reasoning" } });
const chunk = (of: object) => raw({ choices: [{ delta: of }] });

test.for<readonly [string, readonly StreamEvent[], string]>([
  ["text", [started, text("It "), text("is")], "It is"],
  ["text that the model's own events tell too", [text("It"), delta("output_text", "It")], "It"],
  ["arguments", [delta("function_call_arguments", '{"q"')], '{"q"'],
  ["thoughts", [thinks, delta("reasoning_text", "Hm. "), text("It")], "Hm. It"],
  ["thoughts that are not shown: nothing is known", [thinks, text("It")], ""],
  ["a summary of thoughts", [thinks, delta("reasoning_summary_text", "Hm. "), text("It")], ""],
  ["chat completions' text", [text("It"), chunk({ content: "It" })], "It"],
  [
    "chat completions' arguments",
    [chunk({ tool_calls: [{ function: { arguments: '{"q"' } }] })],
    '{"q"',
  ],
  ["chat completions' thoughts", [chunk({ reasoning_content: "Hm. " })], "Hm. "],
  ["nonsense", [raw({ choices: 7 }), raw({ type: null })], ""],
  ["nothing", [], ""],
])("what was streamed: %s", ([, events, streamed]) => {
  expect(toStreamed(events)).toBe(streamed);
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
  test("stopped after five words has cost its request and these words", async () => {
    const spent = await booked(modelOf(words), 1 + words.length);
    expect(spent).toBeGreaterThanOrEqual("Find the port.".length + words.join("").length);
    expect(spent).toBeLessThan(200);
  });

  test("whose connection is lost has cost the same", async () => {
    const spent = await booked(modelOf(words, new Error("connection lost")), 100);
    expect(spent).toBeGreaterThanOrEqual("Find the port.".length + words.join("").length);
    expect(spent).toBeLessThan(200);
  });

  test("stopped before its first word has cost what was held", async () => {
    expect(await booked(modelOf([]), 1)).toBeGreaterThan(4_096);
  });

  test("that fails before its first word has cost nothing", async () => {
    expect(await booked(modelOf([], new Error("429")), 100)).toBe(0);
  });
});
