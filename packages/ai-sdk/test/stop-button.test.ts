// A user stops an answer after a few words: guard books the request and these words, not the 4,096 tokens that it held for
// the answer.
import { createBreaker } from "@guard/core";
import type { Piece } from "@guard/core/adapter";
import { streamText } from "ai";
import { MockLanguageModelV4 } from "ai/test";
import { describe, expect, test } from "vitest";
import { ending } from "guard-test-support";
import { guardAI } from "../src/index.ts";
import { toPieces } from "../src/to-pieces.ts";
import { prompt, watchRejections } from "./support/guarded.ts";
import { is5, isBefore7 } from "./support/versions.ts";

watchRejections();

/** One token for a character, so that figures can be read off. */
const tokens = { estimate: (text: string) => text.length };

type Part = { readonly type: string } & Record<string, unknown>;
const text = (delta: unknown): Part => ({ type: "text-delta", id: "t", delta });
const thinks: Part = { type: "reasoning-start", id: "r" };
const thought = (delta: string): Part => ({ type: "reasoning-delta", id: "r", delta });
const input = (delta: string): Part => ({ type: "tool-input-delta", id: "c", delta });
const call: Part = { type: "tool-call", toolCallId: "c", toolName: "use", input: '{"q":"a"}' };

test.for<readonly [string, Part, readonly Piece[]]>([
  ["text", text("It "), [{ kind: "text", text: "It " }]],
  ["what is no text", text(7), [{ kind: "text", text: 7 }]],
  ["a thought that begins", thinks, [{ kind: "thought", of: "r", text: undefined }]],
  ["a thought", thought("Hm."), [{ kind: "thought", of: "r", text: "Hm." }]],
  ["arguments", input('{"q"'), [{ kind: "arguments", of: "c", text: '{"q"' }]],
  ["a call", call, [{ kind: "arguments", of: "c", text: '{"q":"a"}', isWhole: true }]],
  ["a part that is no output", { type: "text-start", id: "t" }, []],
])("the pieces of %s", ([, part, pieces]) => {
  expect(toPieces(part)).toEqual(pieces);
});

/** What a model streams before it waits for ever; like a provider's, the stream ends when it is aborted. */
const streaming = (pieces: readonly Part[]) => ({
  doStream: async ({ abortSignal }: { readonly abortSignal?: AbortSignal }) => ({
    stream: new ReadableStream({
      start(controller) {
        const begun = [
          { type: "stream-start", warnings: [] },
          { type: "text-start", id: "t" },
        ];
        for (const piece of [...begun, ...pieces]) controller.enqueue(piece);
        abortSignal?.addEventListener("abort", () => controller.error(abortSignal.reason));
      },
    }),
  }),
});

const words = ["It ", "is ", "on ", "port ", "8080"];

/** A model that streams these pieces, and says that it is of this version of the specification. */
const modelOf = (version: string, pieces: readonly Part[]) => {
  const model = new MockLanguageModelV4(streaming(pieces));
  return Object.assign(model, { specificationVersion: version });
};

function guardedModel(version: string, pieces: readonly Part[]) {
  const breaker = createBreaker({ budget: { tokens: 1_000_000 }, tokens });
  const booked = () => breaker.spending.tokens;
  return { model: guardAI(breaker).model(modelOf(version, pieces)), booked };
}

const specifications = ["v2", ...(is5 ? [] : ["v3"]), ...(isBefore7 ? [] : ["v4"])];

describe.for(specifications)("a model of specification %s", (version) => {
  test("stopped after five words, guard books the request and these words", async () => {
    const { model, booked } = guardedModel(version, words.map(text));
    const abort = new AbortController();
    const abortSignal = abort.signal;

    await ending(async () => {
      const { textStream } = streamText({ model, prompt, abortSignal, onError: () => {} });
      let read = 0;
      for await (const _ of textStream) if (++read === words.length) abort.abort();
    });

    await expect.poll(booked).toBeGreaterThanOrEqual(words.join("").length + prompt.length);
    expect(booked()).toBeLessThan(100);
  });

  test("stopped before its first word, guard books what it held", async () => {
    const { model, booked } = guardedModel(version, []);
    const abort = new AbortController();

    const { stream } = await model.doStream({ prompt: [], abortSignal: abort.signal });
    const reader = stream.getReader();
    for (const _ of ["stream-start", "text-start"]) await reader.read();
    const first = reader.read();
    abort.abort();
    await ending(() => first);

    expect(booked()).toBe(4_096);
  });
});
