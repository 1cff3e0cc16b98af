import { checkFunction } from "../breaker/check-arguments.ts";
import { checkWritten } from "../breaker/check-calls.ts";
import type { ToolCall } from "../vocabulary/call.ts";
import type { Agent } from "./agent.ts";
import { runTool } from "./run-tool.ts";

/** What the model reads of a tool call. */
export interface ToolText {
  readonly text: string;
  /** Whether it says why there is no result: the call was refused, or has failed. */
  readonly isError: boolean;
}

/**
 * One tool call of a loop by hand, and what the model reads of it: the result, with guard's warning below where there is
 * one; in its place a refusal, or what the tool has thrown. A result that is no text becomes JSON. A call without an id
 * has no place for a warning.
 *
 * @param body runs the tool
 * @throws {TypeError} for a call without a kind, such as a provider's own, and for a body that is no function
 * @throws {CircuitOpenError} when the run is stopped: the tool has not run
 *
 * @example
 * const { text } = await useTool(agent, call, () => search(JSON.parse(call.args)));
 * messages.push({ role: "tool", tool_call_id: call.id, content: text });
 */
export async function useTool(
  agent: Agent,
  call: ToolCall,
  body: () => unknown,
  signal?: AbortSignal,
): Promise<ToolText> {
  checkWritten(call, "call");
  checkFunction(body, "body", "useTool(agent, call, () => search(args))");
  let told: ToolText;
  try {
    told = {
      text: toText(await runTool(agent, call, async () => body(), { signal })),
      isError: false,
    };
  } catch (error) {
    told = { text: error instanceof Error ? error.message : String(error), isError: true };
  }
  const { stop } = agent.run;
  if (stop !== undefined) throw stop;
  const note = call.id === undefined ? undefined : agent.told.get(call.id);
  return note?.inPlace === false ? { ...told, text: `${told.text}\n\n${note.text}` } : told;
}

function toText(result: unknown): string {
  return typeof result === "string" ? result : (JSON.stringify(result) ?? "");
}
