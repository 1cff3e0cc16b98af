import type { ModelCall, ToolCall } from "@guard/core";
import {
  latestFirst,
  offeredTools,
  outputLimitOf,
  read,
  type Shown,
  type ShownMessage,
} from "@guard/core/adapter";
import type { BaseMessage } from "@langchain/core/messages";
import type { LLMResult } from "@langchain/core/outputs";
import { baseUrlOf } from "./base-url.ts";
import { isToolMessage, toOutcome } from "./to-outcome.ts";

/** The parts of an AI message that hold tool calls. The message may be of any class. */
interface Answer {
  readonly tool_calls?: readonly Asked[];
  readonly invalid_tool_calls?: readonly Asked[];
}

interface Asked {
  readonly id?: string | undefined;
  readonly name?: string | undefined;
  readonly args?: unknown;
}

/**
 * The tool calls that a model's answer asks for, valid or not. Nothing else shows a model that loops on arguments that no
 * tool accepts, or on a tool that does not exist.
 */
export function toToolCalls(message: BaseMessage): readonly ToolCall[] {
  const { tool_calls = [], invalid_tool_calls = [] } = message as Answer;
  return [...tool_calls, ...invalid_tool_calls].map(({ id, name = "", args }) => ({
    kind: "tool",
    tool: name,
    args,
    ...(id ? { id } : {}), // some models give no id, or an empty one
  }));
}

/** The call that an action of a classic agent asks for. LangChain calls a text `input`. */
export function toActionCall(action: { tool: string; toolInput: unknown }): ToolCall {
  const { tool, toolInput } = action;
  return {
    kind: "tool",
    tool,
    args: typeof toolInput === "string" ? { input: toolInput } : toolInput,
  };
}

/** The call of a tool that starts. LangChain gives the arguments as JSON text. */
export function toStartedCall(tool: string, input: string, id: string | undefined): ToolCall {
  return { kind: "tool", tool, args: input, ...(id === undefined ? {} : { id }) };
}

/** A model call that is about to start. LangChain sends the tools with the messages, so they count as part of the prompt. */
export function toModelCall(
  id: string,
  prompt: readonly unknown[] | (() => readonly unknown[]),
  metadata: Record<string, unknown> = {},
  extraParams: Record<string, unknown> = {},
  model?: unknown,
): ModelCall {
  const parameters = extraParams["invocation_params"];
  const tools = read(parameters, "tools");
  const providerTools = offeredTools(tools);
  const name = metadata["ls_model_name"] ?? read(parameters, "model");
  const provider = metadata["ls_provider"];
  const baseUrl = baseUrlOf(model, provider);
  const maxOutputTokens = outputLimitOf(parameters);
  const serviceTier = read(parameters, "service_tier") ?? read(parameters, "serviceTier");
  return {
    kind: "model",
    id,
    prompt: Array.isArray(tools) ? () => [...sentOf(prompt), ...(tools as unknown[])] : prompt,
    ...(typeof name === "string" ? { model: name } : {}),
    ...(typeof provider === "string" ? { provider } : {}),
    ...(baseUrl === undefined ? {} : { baseUrl }),
    ...(maxOutputTokens === undefined ? {} : { maxOutputTokens }),
    ...(typeof serviceTier === "string" ? { serviceTier } : {}),
    ...(providerTools === undefined ? {} : { providerTools }),
  };
}

function sentOf(prompt: readonly unknown[] | (() => readonly unknown[])): readonly unknown[] {
  return typeof prompt === "function" ? prompt() : prompt;
}

/** The parts of the messages that LangChain sends to the provider. */
export function toPrompt(request: readonly BaseMessage[]): readonly unknown[] {
  return request.map((message) => {
    const { tool_calls: asked = [] } = message as Answer;
    const said = { role: message.getType(), content: message.content };
    return asked.length === 0 ? said : { ...said, tool_calls: asked };
  });
}

/** The messages of an answer. Models that complete texts give no messages. */
export function toMessages({ generations }: LLMResult): readonly BaseMessage[] {
  const messages: BaseMessage[] = [];
  for (const choice of generations.flat()) {
    if ("message" in choice) messages.push(choice.message as BaseMessage);
  }
  return messages;
}

/** The text of an answer, or of its first choice. */
export function toText({ generations }: LLMResult): string | undefined {
  const choice = generations[0]?.[0];
  if (choice === undefined || !("message" in choice)) return choice?.text;
  return (choice.message as BaseMessage).text;
}

/**
 * What the messages of a request show to guard.
 *
 * @param isInner whether an agent inside a tool makes the request: then another agent wrote the user messages
 * @param parameters the parameters of the call, with the tools
 */
export function toShown(
  request: readonly BaseMessage[],
  isInner: boolean,
  parameters?: unknown,
): Shown {
  return {
    latest: () => latestFirst(request, toShownMessage),
    tools: () => read(parameters, "invocation_params", "tools"),
    isInner,
  };
}

function toShownMessage(message: BaseMessage): ShownMessage {
  const text = () => message.text;
  if (isToolMessage(message)) {
    return { role: "result", id: message.tool_call_id, outcome: () => toOutcome(message) };
  }
  const type = message.getType();
  if (type === "human") return { role: "user", text };
  return type === "ai"
    ? { role: "answer", text, calls: toToolCalls(message) }
    : { role: "other", text };
}
