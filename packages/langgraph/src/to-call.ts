import type { ToolCall } from "@guard/core";
import { AIMessage } from "@langchain/core/messages";

/** A tool call of an AI message. */
export interface Asked {
  readonly id?: string | undefined;
  readonly name: string;
  readonly args?: unknown;
}

/** The tool calls that the last message of a state asks for. */
export function lastAsked(state: unknown): readonly Asked[] {
  const { messages = state } = (state ?? {}) as { readonly messages?: unknown };
  const last: unknown = Array.isArray(messages) ? messages.at(-1) : undefined;
  return AIMessage.isInstance(last) ? (last.tool_calls ?? []) : [];
}

export function toToolCall({ id, name, args }: Asked): ToolCall {
  return { kind: "tool", tool: name, args, ...(id === undefined ? {} : { id }) };
}
