import { read } from "@guard/core/adapter";

/** What a part of a streamed answer brings that its provider bills: text, thoughts and arguments of calls. */
export function toStreamed(chunk: unknown): string {
  const message = read(chunk, "message");
  if (message === undefined) return textOf(read(chunk, "text"));
  const content = read(message, "content");
  const blocks = listOf(content).flatMap((block) => [
    read(block, "text"),
    read(block, "thinking"), // Anthropic
    read(block, "reasoning"), // LangChain's own
  ]);
  const args = listOf(read(message, "tool_call_chunks")).map((call) => read(call, "args"));
  const thoughts = read(message, "additional_kwargs", "reasoning_content"); // DeepSeek and its like
  return [content, ...blocks, ...args, thoughts].map(textOf).join("");
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

function textOf(value: unknown): string {
  return typeof value === "string" ? value : "";
}
