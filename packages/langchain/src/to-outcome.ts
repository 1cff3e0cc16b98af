import type { Outcome } from "@guard/core";

/** The parts of a tool message that say what came back, whoever made it. */
interface ToolMessageLike {
  readonly content: unknown;
  readonly tool_call_id: string;
  readonly status?: unknown;
}

export function isToolMessage(value: unknown): value is ToolMessageLike {
  return (
    typeof value === "object" && value !== null && "tool_call_id" in value && "content" in value
  );
}

/**
 * What a tool gave back. `undefined` where it is not said here: a Command carries its tool message
 * inside a state update, which the next request shows.
 */
export function toOutcome(output: unknown): Outcome | undefined {
  if (isToolMessage(output)) {
    const { content, status } = output;
    return status === "error" || isUnknownTool(output)
      ? { status: "failure", error: content }
      : { status: "success", result: content };
  }
  const isCommand = typeof output === "object" && output !== null && "lg_name" in output;
  return isCommand ? undefined : { status: "success", result: output };
}

/** Classic executors answer for a tool that does not exist themselves, and give no status. */
function isUnknownTool({ content, status }: ToolMessageLike): boolean {
  return (
    status === undefined &&
    typeof content === "string" &&
    /^.{1,200} is not a valid tool, try another /.test(content)
  );
}

/** An error of a tool or a model. An abort, or LangGraph passing control through, says nothing. */
export function toFailure(error: unknown): Outcome {
  const passesThrough =
    error instanceof Error && (error.name === "AbortError" || "is_bubble_up" in error);
  return passesThrough ? { status: "ignored" } : { status: "failure", error };
}
