// A chat over HTTP: each request is a call of its own, so the server finds the breaker by the chat. A tool that runs in the
// browser loops only across requests.
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { createRegistry, findCircuitOpen } from "@guard/core";
import * as ai from "ai";
import {
  createUIMessageStream,
  createUIMessageStreamResponse,
  isStepCount,
  streamText,
  tool,
  type UIMessage,
} from "ai";
import { scriptedModel, use, type Script } from "guard-test-support/ai-sdk";
import { describe, expect, onTestFinished, test } from "vitest";
import { z } from "zod";
import { guardAI } from "../src/index.ts";
import { useTool, watchRejections } from "./support/guarded.ts";

watchRejections();

interface Asked {
  readonly chat: string;
  readonly messages: UIMessage[];
}

const onError = (error: unknown) => findCircuitOpen(error)?.message ?? "Something went wrong.";

/** A server as the README shows it: the stream ends cleanly, and its last part says what stopped the run. */
async function serve(script: Script, client: boolean) {
  const registry = createRegistry({ preset: "strict" });
  const { model, prompts } = scriptedModel(script);
  const { ran, tools } = useTool();
  const inBrowser = tool({ inputSchema: z.object({ q: z.string() }), outputSchema: z.string() });
  const answer = async ({ chat, messages }: Asked) => {
    const guard = guardAI(registry.breaker({ name: chat }));
    const result = streamText({
      model: guard.model(model),
      tools: guard.tools(client ? { use: inBrowser } : tools),
      stopWhen: [isStepCount(20), guard.stopWhen],
      messages: await ai.convertToModelMessages(messages),
      onError: () => {},
    });
    const stream = createUIMessageStream({
      execute: ({ writer }) => writer.merge(result.toUIMessageStream({ onError })),
      onError,
    });
    return createUIMessageStreamResponse({ stream });
  };
  const reply = async (request: IncomingMessage, response: ServerResponse) => {
    const asked = JSON.parse(await text(request)) as Asked;
    response.end(await (await answer(asked)).text());
  };
  const server = createServer((request, response) => void reply(request, response));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => void server.close());
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const ask = async (asked: Asked) => {
    const response = await fetch(url, { method: "POST", body: JSON.stringify(asked) });
    const lines = (await response.text()).split("\n").filter((line) => line.startsWith("data: {"));
    return lines.map((line) => JSON.parse(line.slice(6)) as Chunk);
  };
  return { ask, prompts, ran };
}

interface Chunk {
  readonly type: string;
  readonly errorText?: string;
  readonly toolCallId?: string;
}

const question: UIMessage = { id: "1", role: "user", parts: [{ type: "text", text: "The port?" }] };

describe("a chat over HTTP", () => {
  test("the stream of a stopped run is whole, and ends with the reason", async () => {
    const { ask, prompts, ran } = await serve(() => [use()], false);

    const chunks = await ask({ chat: "a", messages: [question] });

    const errors = chunks.flatMap(({ errorText }) => errorText ?? []);
    expect(errors[0]).toMatch(/^guard stopped this run \(loop\): the agent asked for "use"/);
    expect([prompts.length, ran.length]).toEqual([3, 2]);
  });

  test("guard stops a looping tool of the browser in its chat, and in no other chat", async () => {
    const { ask, prompts } = await serve(() => [use()], true);
    const messages: UIMessage[] = [question];
    const errors: string[] = [];
    for (let request = 0; request < 6 && errors.length === 0; request += 1) {
      const chunks = await ask({ chat: "a", messages });
      errors.push(...chunks.flatMap(({ errorText }) => errorText ?? []));
      const called = chunks.filter(({ type }) => type === "tool-input-available");
      messages.push({
        id: `${request + 2}`,
        role: "assistant",
        parts: called.map(({ toolCallId }) => ({
          type: "tool-use",
          toolCallId: toolCallId!,
          state: "output-available",
          input: { q: "a" },
          output: "8080",
        })),
      });
    }

    expect(errors[0]).toMatch(/^guard stopped this run \(loop\)/);
    expect(prompts).toHaveLength(3);

    const other = await ask({ chat: "b", messages: [question] });
    expect(other.map(({ type }) => type)).not.toContain("error");
    expect(prompts).toHaveLength(4);
  });
});
