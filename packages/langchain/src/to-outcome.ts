import type { Outcome } from "@guard/core";

/** The parts of a tool message that hold the result. The message may be of any class. */
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
 * The outcome of a tool. `undefined` for a Command: its tool message is inside a state update, and the next request shows
 * it. A Command for the parent graph hands work over, so the tool has done its part.
 */
export function toOutcome(output: unknown): Outcome | undefined {
  if (isToolMessage(output)) {
    const { content, status } = output;
    return status === "error" || isUnknownTool(output)
      ? { status: "failure", error: content }
      : { status: "success", result: content };
  }
  const isCommand = typeof output === "object" && output !== null && "lg_name" in output;
  if (!isCommand) return { status: "success", result: output };
  const isHandedOver = "graph" in output && output.graph === "__parent__";
  return isHandedOver ? { status: "success" } : undefined;
}

/** A classic executor answers for a tool that does not exist, and gives no status. */
function isUnknownTool({ content, status }: ToolMessageLike): boolean {
  return (
    status === undefined &&
    typeof content === "string" &&
    /^.{1,200} is not a valid tool, try another /.test(content)
  );
}

/** Whether an error is one by which LangGraph passes control on: a resumed graph starts the same node again. */
export function waitsForHuman(error: unknown): boolean {
  return error instanceof Error && "is_bubble_up" in error;
}
