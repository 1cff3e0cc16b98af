import { withNotes, type Note, type Told } from "@guard/core/adapter";
import type { GuardedModel, Message, Part, Request } from "./to-call.ts";
import { unused } from "./to-last-answer.ts";
import { isResult, type Output } from "./to-outcome.ts";

/**
 * Whether the AI SDK tells those who wait for a result of a stream that ends in an error. Only `streamText` of version 7
 * does; the others may leave them waiting for ever. It alone says in each request how much a model is to think, and
 * which tools there are: `streamObject` knows of none.
 */
export function hearsLostStreams(request: Request): boolean {
  return "reasoning" in request && "tools" in request;
}

/**
 * What tells a stream's readers of a trip. Those who only wait for the result hear of it by an error of the stream:
 * either alone leaves the others with an empty text. Where an error would leave them waiting, the answer ends with
 * `finishReason: "error"` instead.
 */
export function toErrorParts(
  { specificationVersion }: GuardedModel,
  error: Error,
  isHeard: boolean,
  finish?: Part,
): readonly Part[] {
  const told = { type: "error", error } as Part;
  if (isHeard) return [told];
  const finishReason =
    specificationVersion === "v2" ? "error" : { unified: "error", raw: undefined };
  const end = { usage: unused(specificationVersion), ...finish, type: "finish", finishReason };
  return [told, end];
}

/** A stream that holds these parts and nothing else, and ends in the error, if there is one. */
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
