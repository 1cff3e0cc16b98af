import { withNotes, type Note, type Told } from "@guard/core/adapter";
import type { GuardedModel, Message, Part, Request } from "./to-call.ts";
import { unused } from "./to-last-answer.ts";
import { isResult, type Output } from "./to-outcome.ts";

/**
 * Whether the promises of a result reject when the stream of the model ends in an error. Only those of `streamText` in AI
 * SDK 7 do; others may stay pending for ever. Only `streamText` of version 7 has both `reasoning` and `tools` in its requests.
 */
export function hearsLostStreams(request: Request): boolean {
  return "reasoning" in request && "tools" in request;
}

/**
 * The parts that tell of a stop at the end of a stream. An `error` part reaches `onError` and code that reads parts. An
 * error of the stream itself, which follows it, rejects the promises of the result. Where promises would stay pending,
 * the answer ends with `finishReason: "error"` instead.
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
 * The messages with guard's notes below tool results. The caller's messages stay as they are. A refused call has come back
 * as an error of the tool, which some providers send as JSON: guard puts the refusal there as plain text.
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
