import { openai } from "@ai-sdk/openai";
import { guardAI } from "@guard/ai-sdk";
import { findCircuitOpen, GuardError } from "@guard/core";
import {
  convertToModelMessages,
  createUIMessageStream,
  createUIMessageStreamResponse,
  isStepCount,
  safeValidateUIMessages,
  streamText,
  toUIMessageStream,
} from "ai";
import type { NextRequest } from "next/server";
import { z } from "zod";
import { currentUser } from "../../../lib/current-user";
import { registry } from "../../../lib/registry";
import { tools } from "../../../lib/tools";

const body = z.object({ id: z.string().regex(/^[\w-]{1,64}$/), messages: z.unknown() });

export async function POST(request: NextRequest): Promise<Response> {
  const asked = body.safeParse(await request.json().catch(() => undefined));
  const history = await safeValidateUIMessages({ messages: asked.data?.messages });
  if (!asked.success || !history.success)
    return new Response("This is not a chat.", { status: 400 });

  // Each chat keeps its breaker from question to question. The browser sends the id, so the breaker's name begins with the
  // user: no user can stop the chat of another user, or spend the money of that chat.
  const { user, cookie } = currentUser(request);
  const chat = `${user}/${asked.data.id}`;
  const guard = guardAI(registry.breaker({ name: chat, accounts: { user, session: chat } }));

  const { stream } = streamText({
    model: guard.model(openai(process.env["OPENAI_MODEL"] || "gpt-5-mini")),
    tools: guard.tools(tools),
    stopWhen: [isStepCount(20), guard.stopWhen],
    // A call that was cut off has no result. Providers refuse a history with such a call.
    messages: await convertToModelMessages(history.data, { ignoreIncompleteToolCalls: true }),
    maxOutputTokens: 1_000,
    abortSignal: request.signal,
    onError: ({ error }) => void (GuardError.isInstance(error) || console.error(error)),
  });
  // An error becomes the last part of the stream: the browser shows its text, not "network error".
  const ui = createUIMessageStream({
    execute: ({ writer }) => writer.merge(toUIMessageStream({ stream, onError: toText })),
    onError: toText,
  });
  return createUIMessageStreamResponse({ stream: ui, headers: { "set-cookie": cookie } });
}

/** What the user reads of an error. The message of a provider's error could hold anything. */
function toText(error: unknown): string {
  return findCircuitOpen(error)?.text ?? "The model can't be reached at the moment.";
}
