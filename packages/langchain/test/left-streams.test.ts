// A reader may leave a stream in the middle. What then becomes of the run depends on LangGraph's version;
// whatever does, guard books what is paid for.
import { createBreaker } from "@guard/core";
import { ChatOpenAI } from "@langchain/openai";
import { createAgent } from "langchain";
import { expect, onTestFinished, test } from "vitest";
import { ending } from "guard-test-support";
import { quietHandlerErrors } from "guard-test-support/quiet";
import { scriptedModel, use } from "guard-test-support/langchain";
import { GuardCallbackHandler } from "../src/index.ts";
import { startCompletionsServer } from "./support/completions-server.ts";
import { overhear } from "./support/guarded.ts";
import { question } from "./support/runners.ts";
import { StreamingModel } from "./support/streaming-model.ts";
import { useTool } from "./support/tools.ts";
import { leavingAborts } from "./support/traits.ts";

quietHandlerErrors();

/** Reads one part of a stream. */
async function leave(stream: Promise<AsyncIterable<unknown>>): Promise<void> {
  for await (const _ of await stream) return;
}

function overheard(budget = {}) {
  const breaker = createBreaker({ budget, shared: true });
  return {
    breaker,
    callbacks: [new GuardCallbackHandler(breaker)],
    ...overhear(breaker),
  };
}

const whatBecomes = leavingAborts
  ? "the answer is aborted, and what was streamed is booked"
  : "the answer comes, and is paid";

test(`a reader that leaves an agent's stream: ${whatBecomes}`, async () => {
  const { callbacks, told, breaker } = overheard();
  const agent = createAgent({ model: new StreamingModel(), tools: [] });

  await ending(() => leave(agent.stream(question, { callbacks, streamMode: "messages" })));

  const outcome = leavingAborts
    ? { status: "ignored", usage: { inputTokens: 100, outputTokens: 1 }, streamed: "It " }
    : { status: "success", usage: { inputTokens: 100, outputTokens: 20 } };
  await expect.poll(() => told).toEqual([outcome]);
  expect(breaker.spending.tokens).toBe(leavingAborts ? 101 : 120);
});

test("every call of a run that is left counts", async () => {
  const { callbacks, breaker } = overheard({ modelCalls: 3 });
  const model = scriptedModel((turn) => [use(`file ${turn}`)]);
  const agent = createAgent({ model, tools: [useTool().tool] });

  for (let run = 1; run <= 3; run += 1) {
    await ending(() => leave(agent.stream(question, { callbacks, streamMode: "updates" })));
  }
  const { stop } = await ending(() => agent.invoke(question, { callbacks }));

  expect([model.callCount, breaker.spending.modelCalls]).toEqual([3, 3]);
  expect(stop?.reason).toBe("budget");
});

const part = (choice: object | undefined, usage?: object) => ({
  id: "gen-1",
  object: "chat.completion.chunk",
  created: 1,
  model: "gpt-5-mini",
  choices: choice === undefined ? [] : [{ index: 0, ...choice }],
  usage,
});
const begin = part({ delta: { role: "assistant", content: "It " }, finish_reason: null });
const end = [
  part({ delta: { content: "is 8080." }, finish_reason: "stop" }),
  part(undefined, { prompt_tokens: 100, completion_tokens: 20, total_tokens: 120 }),
];

test("ChatOpenAI's request ends with its reader where LangGraph aborts: what was streamed is booked", async () => {
  let send!: (parts: readonly object[]) => void;
  const rest = new Promise<readonly object[]>((resolve) => {
    send = resolve;
  });
  const server = await startCompletionsServer({}, [begin], rest);
  onTestFinished(server.stop);
  const { breaker, callbacks, told } = overheard({ tokens: 100_000 });
  const model = new ChatOpenAI({
    model: "gpt-5-mini",
    apiKey: "none",
    maxRetries: 0,
    maxTokens: 1000,
    configuration: { baseURL: server.url },
  });
  const agent = createAgent({ model, tools: [] });

  await ending(() => leave(agent.stream(question, { callbacks, streamMode: "messages" })));
  if (!leavingAborts) send(end);

  await expect.poll(() => server.ends).toEqual([leavingAborts ? "closed by the client" : "sent"]);
  await expect.poll(() => told.length).toBe(1);
  const { tokens } = breaker.spending;
  // Of the 1,000 tokens that the answer may have, one was streamed.
  expect(leavingAborts ? tokens > 0 && tokens < 50 : tokens === 120).toBe(true);
});
