import type { Outcome, Usage } from "@guard/core";

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

/**
 * A model call that gives no answer. `said` is what the parts of an answer that had begun told of their
 * usage: then it was aborted or its connection is lost, and it has cost what was streamed.
 */
export function toUnanswered(error: unknown, { said, streamed }: Unanswered): Outcome {
  return said === undefined ? toFailure(error) : { status: "ignored", usage: said, streamed };
}

/** What has come of an answer so far. */
interface Unanswered {
  readonly said: Usage | undefined;
  readonly streamed: string;
}

/** An error of a tool or a model. An abort says nothing. */
export function toFailure(error: unknown): Outcome {
  return isAbort(error) ? { status: "ignored" } : { status: "failure", error };
}

/** Whether an error says that its caller has ended a call. */
export function isAbort(error: unknown): boolean {
  return error instanceof Error && aborts.includes(error.name);
}

/** Whether an error is LangGraph passing control through: what it comes from goes on when the graph is resumed. */
export function waitsForHuman(error: unknown): boolean {
  return error instanceof Error && "is_bubble_up" in error;
}

/** The names of errors that say that a caller ended a call; the second is LangChain's for models. */
const aborts: readonly string[] = ["AbortError", "ModelAbortError"];
