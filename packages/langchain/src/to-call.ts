import type { ModelCall, ToolCall, Usage } from "@guard/core";
import type { BaseMessage } from "@langchain/core/messages";

/** The parts of an AI message that say what was asked for and what it cost, whoever made it. */
interface Answer {
  readonly tool_calls?: readonly Asked[];
  readonly invalid_tool_calls?: readonly Asked[];
  readonly usage_metadata?: { readonly input_tokens?: number; readonly output_tokens?: number };
}

interface Asked {
  readonly id?: string | undefined;
  readonly name?: string | undefined;
  readonly args?: unknown;
}

/**
 * The tool calls that a model's answer asks for, valid or not: a model that loops on arguments no tool
 * accepts, or on a tool that does not exist, shows nowhere else.
 */
export function toToolCalls(message: BaseMessage): readonly ToolCall[] {
  const { tool_calls = [], invalid_tool_calls = [] } = message as Answer;
  return [...tool_calls, ...invalid_tool_calls].map(({ id, name = "", args }) => ({
    kind: "tool",
    tool: name,
    args,
    ...(id ? { id } : {}), // some models give none, or an empty one
  }));
}

/** The call that an action of a classic agent asks for. A text is what LangChain calls `input`. */
export function toActionCall(action: { tool: string; toolInput: unknown }): ToolCall {
  const { tool, toolInput } = action;
  return {
    kind: "tool",
    tool,
    args: typeof toolInput === "string" ? { input: toolInput } : toolInput,
  };
}

/** A tool that starts; LangChain hands its arguments over as JSON text. */
export function toStartedCall(tool: string, input: string): ToolCall {
  return { kind: "tool", tool, args: input };
}

/** The request that is about to be sent to a model. */
export function toModelCall(
  id: string,
  metadata: Record<string, unknown> = {},
  extraParams: Record<string, unknown> = {},
): ModelCall {
  const invocation = extraParams["invocation_params"] as { model?: unknown } | undefined;
  const model = metadata["ls_model_name"] ?? invocation?.model;
  const provider = metadata["ls_provider"];
  return {
    kind: "model",
    id,
    ...(typeof model === "string" ? { model } : {}),
    ...(typeof provider === "string" ? { provider } : {}),
  };
}

/** What an answer has cost, as far as the provider said. */
export function toUsage(message: BaseMessage | undefined): Usage | undefined {
  const usage = (message as Answer | undefined)?.usage_metadata;
  if (usage === undefined) return undefined;
  return {
    ...(usage.input_tokens === undefined ? {} : { inputTokens: usage.input_tokens }),
    ...(usage.output_tokens === undefined ? {} : { outputTokens: usage.output_tokens }),
  };
}

/** What the user said in a request, the latest last. */
export function toUserMessages(request: readonly BaseMessage[]): readonly string[] {
  return request
    .filter((message) => message.getType() === "human")
    .map(({ content }) => (typeof content === "string" ? content : JSON.stringify(content)));
}
