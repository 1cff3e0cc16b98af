import type { Outcome, Usage } from "@guard/core";
import { latestFirst, type ModelAnswer, type Shown, type ShownMessage } from "@guard/core/adapter";
import { toAsked, toText, toToolCall, toUserText } from "./to-call.ts";
import type { Message, Part, Request } from "./to-call.ts";

/** A tool's result in the messages of a request. */
export interface ResultPart extends Part {
  readonly toolCallId: string;
  readonly output: Output;
}

/** A result as the model reads it. */
export interface Output {
  readonly type: string;
  readonly value?: unknown;
  readonly reason?: string | undefined;
}

export function isResult(part: Part): part is ResultPart {
  return part.type === "tool-result";
}

/** The outcome of a call, as a message shows it. A call that a human denied has failed. */
export function toOutcome({ output }: ResultPart): Outcome {
  switch (output.type) {
    case "error-text":
    case "error-json":
      return { status: "failure", error: output.value };
    case "execution-denied":
      return { status: "failure", error: output.reason ?? output.type };
    default:
      return { status: "success", result: output.value };
  }
}

/** What the messages of a request show, and the tools that it offers. */
export function toShown({ prompt, tools = [] }: Request, isInner = false): Shown {
  return {
    isInner,
    latest: () => latestFirst(prompt, toShownMessages),
    tools: () => tools,
  };
}

/** The messages of a request, the results of one message last to first: some models repeat their ids. */
function toShownMessages(message: Message): readonly ShownMessage[] {
  const { role, content } = message;
  switch (role) {
    case "user":
      return [{ role, text: () => toUserText(message) }];
    case "assistant": {
      const parts = typeof content === "string" ? [] : content;
      const text = () => (typeof content === "string" ? content : toText(content));
      return [{ role: "answer", text, calls: toAsked(parts).map(toToolCall) }];
    }
    case "tool": {
      const results = typeof content === "string" ? [] : content.filter(isResult).toReversed();
      return results.map((result) => ({
        role: "result",
        id: result.toolCallId,
        outcome: () => toOutcome(result),
      }));
    }
    default:
      return [{ role: "other", text: () => "" }];
  }
}

/** An answer of a model. */
export function toModelAnswer(content: readonly Part[], usage: Usage | undefined): ModelAnswer {
  return { calls: toAsked(content).map(toToolCall), usage, text: toText(content) };
}
