import { withNotes, type Note, type Told } from "@guard/core/adapter";
import type { Message, Part } from "./to-call.ts";
import { isResult, type Output } from "./to-outcome.ts";

/**
 * A stream that holds these parts and nothing else. A trip is told twice, in an `error` part for those who listen to
 * parts, and in an error for those who only wait for the result: either alone leaves the others with an empty text.
 */
export function toStream(parts: readonly Part[], error?: Error): ReadableStream<Part> {
  const left = parts.values();
  return new ReadableStream<Part>(
    {
      pull(controller) {
        const { done, value } = left.next();
        if (done !== true) controller.enqueue(value);
        else if (error === undefined) controller.close();
        else controller.error(error);
      },
    },
    { highWaterMark: 0 },
  );
}

export function toErrorPart(error: Error): Part {
  return { type: "error", error } as Part;
}

/**
 * The messages with what guard tells about some of their tool results; the caller's stay as they are.
 * A refusal has come back as the error that the tool threw: some providers wrap that in JSON. Here it
 * becomes the text it is meant to be.
 */
export function withTold(prompt: readonly Message[], told: Readonly<Told>): readonly Message[] {
  return withNotes(prompt, told, (message, noteOf) => {
    if (message.role !== "tool" || typeof message.content === "string") return message;
    const content = message.content.toReversed().map((part) => {
      if (!isResult(part)) return part;
      const note = noteOf(part.toolCallId);
      return note === undefined ? part : { ...part, output: tell(part.output, note) };
    });
    return { ...message, content: content.toReversed() };
  });
}

function tell(output: Output, { text, inPlace }: Note): Output {
  const { type, value } = output;
  if (inPlace) return { type: "text", value: text };
  switch (type) {
    case "text":
    case "error-text":
      return { ...output, value: `${String(value)}\n\n${text}` };
    case "json":
    case "error-json": {
      const said = `${JSON.stringify(value)}\n\n${text}`;
      return { ...output, type: type === "json" ? "text" : "error-text", value: said };
    }
    case "content":
      return { ...output, value: [...(value as readonly Part[]), { type: "text", text }] };
    default:
      return output;
  }
}
