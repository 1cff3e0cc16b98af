import { read, type Piece } from "@guard/core/adapter";
import type { StreamEvent } from "@openai/agents";

/** The pieces of an answer in an event. The SDK has one event for texts; thoughts and arguments come in each provider's words. */
export function toPieces(event: StreamEvent): readonly Piece[] {
  if (event.type === "output_text_delta") return [{ kind: "text", text: event.delta }];
  return event.type === "model" ? ofResponses(event.event) : [];
}

/** An event of OpenAI's Responses API. A summary does not tell how much the model has thought. */
function ofResponses(event: unknown): readonly Piece[] {
  const text = read(event, "delta");
  const of = read(event, "item_id");
  switch (read(event, "type")) {
    case "response.output_item.added": {
      const isThought = read(event, "item", "type") === "reasoning";
      return isThought ? [{ kind: "thought", of: read(event, "item", "id") }] : [];
    }
    case "response.reasoning_text.delta":
      return [{ kind: "thought", text, of }];
    case "response.function_call_arguments.delta":
      return [{ kind: "arguments", text, of }];
    default:
      return ofCompletions(read(event, "choices", "0", "delta"));
  }
}

/** An event of the Chat Completions API. */
function ofCompletions(delta: unknown): readonly Piece[] {
  const thoughts = [read(delta, "reasoning"), read(delta, "reasoning_content")];
  const calls = read(delta, "tool_calls");
  return [
    ...thoughts.flatMap((text): Piece[] => (text ? [{ kind: "thought", text }] : [])),
    ...(Array.isArray(calls) ? calls : []).map((call): Piece => ({
      kind: "arguments",
      text: read(call, "function", "arguments"),
    })),
  ];
}
