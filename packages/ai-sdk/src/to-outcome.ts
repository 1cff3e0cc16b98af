import type { Outcome, Usage } from "@guard/core";
import type { ModelAnswer, Shown } from "@guard/core/adapter";
import { toAsked, toText, toToolCall, type Message, type Part } from "./to-call.ts";

/** A tool's result in the messages of a request. */
export interface ResultPart extends Part {
  readonly toolCallId: string;
  readonly output: Output;
}

/** A result as a model is told it. */
export interface Output {
  readonly type: string;
  readonly value?: unknown;
  readonly reason?: string | undefined;
}

export function isResult(part: Part): part is ResultPart {
  return part.type === "tool-result";
}

/** The results that the messages of a request show, the latest first: some models repeat their ids. */
export function toResults(prompt: readonly Message[]): readonly ResultPart[] {
  return prompt
    .flatMap(({ role, content }) =>
      role === "tool" && typeof content !== "string" ? content.filter(isResult) : [],
    )
    .toReversed();
}

/** What came back from a call, as a message shows it. A call that was denied by its user has failed. */
function toOutcome({ output }: ResultPart): Outcome {
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

/** What the results in a request say, and what its user has said. */
export function toShown(prompt: readonly Message[], users: readonly string[]): Shown {
  return {
    outcomes: () => toResults(prompt).map((result) => [result.toolCallId, toOutcome(result)]),
    said: () => {
      const text = users.at(-1);
      if (text === undefined) return undefined;
      const isLast = prompt.at(-1)?.role === "user";
      return { text, users: users.length, messages: prompt.length, isLast };
    },
  };
}

/** An answer of a model. One that asks for calls is judged by those, and not by its text. */
export function toModelAnswer(content: readonly Part[], usage: Usage | undefined): ModelAnswer {
  const calls = toAsked(content).map(toToolCall);
  return { calls, usage, ...(calls.length === 0 ? { text: toText(content) } : {}) };
}

/**
 * An answer that has begun and whose end is never heard: its reader has left, it was aborted, or its
 * connection is lost. It has cost more than was said so far.
 */
export function toBroken(usage: Usage | undefined): Outcome {
  return { status: "ignored", ...(usage === undefined ? {} : { usage }) };
}
