import { usageOf } from "@guard/core/adapter";
import type { LoopMessage, LoopTools, ModelClient } from "./model-client.ts";

/** What `runLoop` needs of the client of `@anthropic-ai/sdk`. */
export interface AnthropicLike {
  readonly baseURL?: string | undefined;
  readonly messages: {
    create(body: never, options?: { readonly signal?: AbortSignal }): PromiseLike<unknown>;
  };
}

/** What the API promises. A server that only resembles it may leave out any part. */
interface Message {
  readonly stop_reason?: string | null;
  readonly content?: readonly {
    readonly type: string;
    readonly text?: string;
    readonly id?: string;
    readonly name?: string;
    readonly input?: unknown;
  }[];
  readonly usage?: unknown;
}

/** The values of `stop_reason` for an answer that the model has not ended itself. */
const cutOffReasons: ReadonlySet<string> = new Set([
  "max_tokens",
  "model_context_window_exceeded",
  "pause_turn",
  "refusal",
]);

/** The most tokens of one answer, where `settings` name no other: Anthropic's API demands a number. */
const maxTokens = 4_096;

/**
 * A model behind a client of `@anthropic-ai/sdk`, by messages.
 *
 * @param settings further fields of the request, such as `max_tokens`. Default: `max_tokens` 4,096
 *
 * @example
 * const model = anthropicClient(new Anthropic(), "claude-sonnet-5-5");
 */
export function anthropicClient(
  client: AnthropicLike,
  model: string,
  settings: Readonly<Record<string, unknown>> = {},
): ModelClient {
  return {
    model,
    provider: "anthropic",
    baseUrl: client.baseURL,
    async ask({ system, messages, tools }, signal) {
      const offered = toTools(tools);
      const body = {
        max_tokens: maxTokens,
        ...settings,
        model,
        system,
        messages: toMessages(messages),
        ...(offered.length === 0 ? {} : { tools: offered }),
      };
      const came = (await client.messages.create(body as never, { signal })) as Message | undefined;
      const parts = came?.content;
      if (parts === undefined) {
        throw new Error(`the answer of ${model} has no message: content is missing`);
      }
      const asked = parts.filter(({ type }) => type === "tool_use");
      const reason = came?.stop_reason;
      return {
        text: parts.map(({ type, text = "" }) => (type === "text" ? text : "")).join(""),
        calls: asked.map(({ id = "", name = "", input }) => ({ id, tool: name, args: input })),
        usage: usageOf([came?.usage], [came]),
        cutOff: reason && cutOffReasons.has(reason) ? reason : undefined,
      };
    },
  };
}

function toTools(tools: LoopTools): readonly object[] {
  return Object.entries(tools).map(([name, { description, parameters }]) => ({
    name,
    description,
    input_schema: parameters ?? { type: "object" },
  }));
}

/** Anthropic wants the results of one answer in one message of the user. */
function toMessages(messages: readonly LoopMessage[]): readonly object[] {
  const made: { role: string; content: object[] }[] = [];
  for (const message of messages) {
    const role = message.role === "assistant" ? "assistant" : "user";
    const last = made.at(-1);
    const content = toContent(message);
    if (last?.role === role) last.content.push(...content);
    else made.push({ role, content });
  }
  return made;
}

function toContent(message: LoopMessage): object[] {
  switch (message.role) {
    case "user":
      return [{ type: "text", text: message.text }];
    case "tool": {
      const { callId, text, isError } = message;
      return [{ type: "tool_result", tool_use_id: callId, content: text, is_error: isError }];
    }
    case "assistant": {
      const said = message.text === "" ? [] : [{ type: "text", text: message.text }];
      const calls = message.calls.map(({ id, tool, args }) => ({
        type: "tool_use",
        id,
        name: tool,
        input: args ?? {},
      }));
      return [...said, ...calls];
    }
  }
}
