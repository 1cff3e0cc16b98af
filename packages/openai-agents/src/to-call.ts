import type { ModelCall, ToolCall } from "@guard/core";
import { offeredTools, read } from "@guard/core/adapter";
import type { AgentInputItem, ModelRequest } from "@openai/agents";

/** The model that gets a request. */
export interface AskedModel extends Pick<ModelCall, "provider" | "baseUrl"> {
  readonly name?: string | undefined;
}

/** The request that is about to be sent to a model. */
export function toModelCall({ name, ...asks }: AskedModel, request: ModelRequest): ModelCall {
  const { systemInstructions, input, tools, handoffs, modelSettings } = request;
  const providerTools = offeredTools(tools);
  return {
    kind: "model",
    prompt: { systemInstructions, input, tools, handoffs },
    ...(name ? { model: name } : {}), // the default model has an empty name
    ...asks,
    ...(modelSettings.maxTokens ? { maxOutputTokens: modelSettings.maxTokens } : {}),
    ...(providerTools === undefined ? {} : { providerTools }),
  };
}

/** A call that an answer asks for. Calls that the provider runs are over when guard sees them. */
export function toToolCall(item: AgentInputItem): ToolCall | undefined {
  switch (item.type) {
    case "function_call": {
      const space = read(item, "namespace");
      const tool = typeof space === "string" ? `${space}.${item.name}` : item.name;
      return { kind: "tool", id: item.callId, tool, args: item.arguments };
    }
    case "computer_call":
      return { kind: "tool", id: item.callId, tool: "computer", args: item.action ?? item.actions };
    case "shell_call":
      return { kind: "tool", id: item.callId, tool: "shell", args: item.action };
    case "apply_patch_call":
      return { kind: "tool", id: item.callId, tool: "apply_patch", args: item.operation };
    default:
      return undefined;
  }
}

/** The items of a request. */
export function toItems({ input }: ModelRequest): readonly AgentInputItem[] {
  return typeof input === "string" ? [{ role: "user", content: input }] : input;
}

/** The text of a message, a result, or a part of one. */
export function toText(content: unknown): string {
  if (typeof content === "string") return content;
  if (Array.isArray(content)) return content.map(toText).join("\n");
  const { text } = (content ?? {}) as { readonly text?: unknown };
  return typeof text === "string" ? text : (JSON.stringify(content) ?? "");
}
