import type { Message, Part } from "./to-call.ts";
import { isResult, toResults, type Output } from "./to-outcome.ts";

/** What the model is told about a call: in place of its result, or below it. */
export interface Told {
  readonly text: string;
  readonly inPlace: boolean;
}

/**
 * A trip as a stream: an `error` part for those who listen to parts, then an error for those who only
 * wait for the result. Either alone leaves somebody with an empty text and no error.
 */
export function toErrorStream(error: Error): ReadableStream<Part> {
  let isTold = false;
  return new ReadableStream<Part>(
    {
      pull(controller) {
        if (isTold) controller.error(error);
        else controller.enqueue(toErrorPart(error));
        isTold = true;
      },
    },
    { highWaterMark: 0 },
  );
}

export function toErrorPart(error: Error): Part & { readonly error: Error } {
  return { type: "error", error };
}

/**
 * The messages with what guard tells about some of their tool results; the caller's stay as they are.
 * A refusal has come back as the error that the tool threw: some providers wrap that in JSON. Here it
 * becomes the text it is meant to be.
 */
export function withTold(
  prompt: readonly Message[],
  told: ReadonlyMap<string, Told>,
): readonly Message[] {
  if (told.size === 0) return prompt;
  // Some models repeat their ids: what is known of one is about the latest.
  const latest = new Map(
    toResults(prompt)
      .map((part) => [part.toolCallId, part] as const)
      .toReversed(),
  );
  return prompt.map((message) => {
    if (message.role !== "tool" || typeof message.content === "string") return message;
    const content = message.content.map((part) => {
      if (!isResult(part) || latest.get(part.toolCallId) !== part) return part;
      const what = told.get(part.toolCallId);
      return what === undefined ? part : { ...part, output: tell(part.output, what) };
    });
    return { ...message, content };
  });
}

function tell(output: Output, { text, inPlace }: Told): Output {
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
