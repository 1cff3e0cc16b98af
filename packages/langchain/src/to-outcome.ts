import type { Outcome } from "@guard/core";

/** The parts of a tool message that say what came back. The message may be of any class. */
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
 * inside a state update, which the next request shows. A Command for the graph above hands over: the tool is done,
 * and what comes of it is another agent's work.
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

/** Classic executors answer for a tool that does not exist themselves, and give no status. */
function isUnknownTool({ content, status }: ToolMessageLike): boolean {
  return (
    status === undefined &&
    typeof content === "string" &&
    /^.{1,200} is not a valid tool, try another /.test(content)
  );
}

/** Whether an error is LangGraph passing control through: what it comes from goes on when the graph is resumed. */
export function waitsForHuman(error: unknown): boolean {
  return error instanceof Error && "is_bubble_up" in error;
}
