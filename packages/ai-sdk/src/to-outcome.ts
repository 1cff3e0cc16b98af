import type { Outcome, Usage } from "@guard/core";
import { toAsked, toText, type Message, type Part } from "./to-call.ts";

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

/** An answer of a model: its text is its result, unless it asks for calls. Then it is judged by those. */
export function toAnswered(content: readonly Part[], usage: Usage | undefined): Outcome {
  const text = toAsked(content).length === 0 ? toText(content) : undefined;
  return { status: "success", result: text, ...costing(usage) };
}

/**
 * An answer that has begun and that nobody hears the end of: its reader has left, it was aborted, or its
 * connection is lost. It has cost more than was said so far.
 */
export function toBroken(usage: Usage | undefined): Outcome {
  return { status: "ignored", ...costing(usage) };
}

function costing(usage: Usage | undefined): { readonly usage?: Usage } {
  return usage === undefined ? {} : { usage };
}

/** An error of a tool or a model. An abort says nothing. */
export function toFailure(error: unknown, signal?: AbortSignal): Outcome {
  const aborted =
    signal?.aborted === true || (error instanceof Error && error.name === "AbortError");
  return aborted ? { status: "ignored" } : { status: "failure", error };
}
