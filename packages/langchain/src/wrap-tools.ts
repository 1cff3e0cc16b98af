import { CircuitOpenError } from "@guard/core";
import { textsOf } from "@guard/core/adapter";
import { ToolMessage } from "@langchain/core/messages";
import { isGraphInterrupt } from "@langchain/langgraph";
import type { WrapToolCallHook } from "langchain";
import type { Around } from "./around.ts";
import type { NodeRuns } from "./find-run.ts";
import type { Run } from "./run.ts";
import { asToolError, isToolError } from "./to-answer.ts";

type ToolRequest = Parameters<WrapToolCallHook>[0];

/**
 * Refuses a call before LangChain starts the tool. The handler could only throw, and LangChain prints a line for each error
 * of a handler.
 *
 * A tool's own error means the same as without guard. If a middleware wraps tool calls, LangChain ends the run with that
 * error. If none does, the model reads the error. So guard throws an error that LangChain gives to the model, unless
 * another middleware wraps tool calls.
 */
export function wrapTools(runs: NodeRuns, { wrapsTools, signal }: Around): WrapToolCallHook {
  return async (request, next) => {
    const run = runs.heard();
    const refused = run && refusalOf(run, request);
    if (refused !== undefined) return toMessage(refused, request);
    if (wrapsTools === true) return next(request);
    try {
      return await next(request);
    } catch (error) {
      if (isGraphInterrupt(error) || isToolError(error) || signal?.aborted === true) throw error;
      throw asToolError(error);
    }
  };
}

/** The text that the model reads in place of a call that must not start; `undefined` if the call may start. */
function refusalOf(
  { agent, id: node, root, stop }: Run,
  { toolCall }: ToolRequest,
): string | undefined {
  const { id, name: tool, args } = toolCall;
  const call = { kind: "tool", tool, args, ...(id ? { id } : {}) } as const;
  const verdict = stop === undefined ? agent.decisionFor(call)?.verdict : "open";
  if (verdict !== "block" && verdict !== "open") return undefined;
  const refused = agent.startAsked(call, { key: `${node}:refused-${id}` })?.refused ?? stop;
  return CircuitOpenError.isInstance(refused)
    ? textsOf(root.guarded).notRun(refused.report)
    : refused?.message;
}

function toMessage(content: string, { toolCall: { id = "", name } }: ToolRequest): ToolMessage {
  return new ToolMessage({ content, tool_call_id: id, name, status: "error" });
}
