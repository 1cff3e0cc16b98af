import { openai } from "@ai-sdk/openai";
import { guardAI } from "@guard/ai-sdk";
import { GuardError } from "@guard/core";
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

  // A chat is one conversation, and keeps its breaker from question to question. Its name begins with the user:
  // an id that another browser sends is another chat, so users stop and spend only what is theirs.
  const { user, cookie } = currentUser(request);
  const chat = `${user}/${asked.data.id}`;
  const guard = guardAI(registry.breaker({ name: chat, accounts: { user, session: chat } }));

  const { stream } = streamText({
    model: guard.model(openai(process.env["OPENAI_MODEL"] || "gpt-5-mini")),
    tools: guard.tools(tools),
    stopWhen: [isStepCount(20), guard.stopWhen],
    // A call that was cut off has no result. Providers refuse such a history, and the chat would be over.
    messages: await convertToModelMessages(history.data, { ignoreIncompleteToolCalls: true }),
    maxOutputTokens: 1_000,
    abortSignal: request.signal,
    onError: ({ error }) => void (GuardError.isInstance(error) || console.error(error)),
  });
  // What breaks a stream off becomes its last part: the browser reads the words, not "network error".
  const ui = createUIMessageStream({
    execute: ({ writer }) => writer.merge(toUIMessageStream({ stream, onError: inWords })),
    onError: inWords,
  });
  return createUIMessageStreamResponse({ stream: ui, headers: { "set-cookie": cookie } });
}

/** What the user reads of an error: guard's words name a tool and counts; a provider's could hold anything. */
function inWords(error: unknown): string {
  return GuardError.isInstance(error) ? error.message : "The model can't be reached at the moment.";
}
