import { read } from "@guard/core/adapter";
import type { StreamEvent } from "@openai/agents-core";

/**
 * What these events bring of an answer: its text, its thoughts and the arguments of its calls. Empty where the
 * model has thought and shows nothing of it, or a summary: then nothing is known of how much it has used.
 */
export function toStreamed(events: readonly StreamEvent[]): string {
  const own = events.map((event) =>
    event.type === "model" ? (event.event as unknown) : undefined,
  );
  const has = (type: string) => own.some((event) => read(event, "type") === type);
  const isThinking = own.some((event) => read(event, "item", "type") === "reasoning");
  if (isThinking && !has("response.reasoning_text.delta")) return "";
  return events
    .flatMap((event) => {
      if (event.type === "output_text_delta") return [event.delta];
      return event.type === "model" ? deltasOf(event.event) : [];
    })
    .filter((text) => typeof text === "string")
    .join("");
}

/** What an event of the model's own brings besides text: of OpenAI's responses, or of its chat completions. */
function deltasOf(event: unknown): readonly unknown[] {
  switch (read(event, "type")) {
    case "response.reasoning_text.delta":
    case "response.function_call_arguments.delta":
      return [read(event, "delta")];
    default: {
      const delta = read(event, "choices", "0", "delta");
      const calls = read(delta, "tool_calls");
      const args = Array.isArray(calls)
        ? calls.map((call) => read(call, "function", "arguments"))
        : [];
      return [read(delta, "reasoning"), read(delta, "reasoning_content"), ...args];
    }
  }
}
