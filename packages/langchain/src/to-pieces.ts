import { read, type Piece } from "@guard/core/adapter";

/** The pieces in a part of a streamed answer, of a chat model or a model that completes texts. */
export function toPieces(chunk: unknown): readonly Piece[] {
  if (chunk === undefined) return [{ kind: "thought", of: "unseen" }];
  const message = read(chunk, "message");
  if (message === undefined) return [{ kind: "text", text: read(chunk, "text") }];
  const content = read(message, "content");
  const calls = listOf(read(message, "tool_call_chunks"));
  return [
    { kind: "text", text: content },
    ...listOf(content).map(ofBlock),
    ...calls.map((call): Piece => ({ kind: "arguments", text: read(call, "args") })),
    ...thoughtsBeside(read(message, "additional_kwargs")),
  ];
}

function ofBlock(block: unknown): Piece {
  const of = read(block, "index");
  switch (read(block, "type")) {
    case "thinking": // Anthropic
      return { kind: "thought", of, text: read(block, "thinking") };
    case "redacted_thinking": // Anthropic
      return { kind: "thought", of: "redacted" };
    case "reasoning_content": // Bedrock
      return { kind: "thought", of, text: read(block, "reasoningText", "text") };
    case "reasoning": // LangChain's own
      return { kind: "thought", of, text: read(block, "reasoning") };
    default:
      return { kind: "text", text: read(block, "text") };
  }
}

/** Thoughts beside the content. OpenAI hides its thoughts, or gives a summary that does not tell their length. */
function thoughtsBeside(told: unknown): readonly Piece[] {
  const reasoning = read(told, "reasoning"); // Groq, and OpenAI's responses
  const texts = [read(told, "reasoning_content"), reasoning]; // the first is DeepSeek's, and that of similar models
  const isHidden = typeof reasoning === "object" && reasoning !== null;
  return [
    ...texts.flatMap((text): Piece[] => (isSaid(text) ? [{ kind: "thought", text }] : [])),
    ...(isHidden ? [{ kind: "thought", of: "hidden" } as const] : []),
  ];
}

function isSaid(text: unknown): boolean {
  return typeof text === "string" && text !== "";
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}
