import { usageOf } from "@guard/core/adapter";
import type { LoopMessage, LoopTools, ModelClient } from "./model-client.ts";

/** What `runLoop` needs of the client of `openai`, and of every client that speaks its chat completions. */
export interface OpenAILike {
  readonly baseURL?: string | undefined;
  readonly chat: {
    readonly completions: {
      create(body: never, options?: { readonly signal?: AbortSignal }): PromiseLike<unknown>;
    };
  };
}

/** What the API promises. A server that only resembles it may leave out any part. */
interface Completion {
  readonly choices?: readonly {
    readonly finish_reason?: string | null;
    readonly message?: {
      readonly content?: string | null;
      readonly refusal?: string | null;
      readonly tool_calls?:
        | readonly {
            readonly id?: string;
            readonly function?: { readonly name: string; readonly arguments: string };
          }[]
        | null;
    };
  }[];
  readonly usage?: unknown;
}

/** The values of `finish_reason` for an answer that the model has not ended itself. */
const cutOffReasons: ReadonlySet<string> = new Set(["length", "content_filter"]);

/**
 * A model behind a client of `openai`, by chat completions.
 *
 * @param settings further fields of the request, such as `temperature`. Default: none
 *
 * @example
 * const model = openaiClient(new OpenAI(), "gpt-5-mini");
 */
export function openaiClient(
  client: OpenAILike,
  model: string,
  settings: Readonly<Record<string, unknown>> = {},
): ModelClient {
  return {
    model,
    provider: "openai",
    baseUrl: client.baseURL,
    async ask({ system, messages, tools }, signal) {
      const offered = toTools(tools);
      const body = {
        ...settings,
        model,
        messages: [{ role: "system", content: system }, ...messages.map(toMessage)],
        ...(offered.length === 0 ? {} : { tools: offered }),
      };
      const came = (await client.chat.completions.create(body as never, { signal })) as
        | Completion
        | undefined;
      const choice = came?.choices?.[0];
      const message = choice?.message;
      if (message === undefined) {
        throw new Error(`the answer of ${model} has no message: choices[0].message is missing`);
      }
      const calls = (message.tool_calls ?? []).flatMap(({ id = "", function: asked }) =>
        asked === undefined ? [] : [{ id, tool: asked.name, args: asked.arguments }],
      );
      return {
        text: message.content || message.refusal || "",
        calls,
        usage: usageOf([came?.usage], [came]),
        cutOff: message.refusal ? "refusal" : earlyEnd(choice?.finish_reason),
      };
    },
  };
}

function earlyEnd(reason: string | null | undefined): string | undefined {
  return reason && cutOffReasons.has(reason) ? reason : undefined;
}

function toTools(tools: LoopTools): readonly object[] {
  return Object.entries(tools).map(([name, { description, parameters }]) => ({
    type: "function",
    function: { name, description, parameters: parameters ?? { type: "object" } },
  }));
}

function toMessage(message: LoopMessage): object {
  switch (message.role) {
    case "user":
      return { role: "user", content: message.text };
    case "tool":
      return { role: "tool", tool_call_id: message.callId, content: message.text };
    case "assistant": {
      const calls = message.calls.map(({ id, tool, args }) => ({
        id,
        type: "function",
        function: { name: tool, arguments: typeof args === "string" ? args : JSON.stringify(args) },
      }));
      return { role: "assistant", content: message.text, tool_calls: calls };
    }
  }
}
