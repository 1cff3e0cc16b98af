import { checkFunction } from "../options/check-value.ts";
import { checkWritten } from "../breaker/check-calls.ts";
import type { ToolCall } from "../vocabulary/call.ts";
import { agentOf, type LoopAgent } from "./loop-agent.ts";
import { runTool } from "./run-tool.ts";

/** The result of {@link useTool}: what the model reads. */
export interface ToolText {
  /** The content of the tool's message. */
  readonly text: string;
  /** `true` if the call failed or guard refused it: then `text` says why. */
  readonly isError: boolean;
}

/**
 * Makes one tool call of a loop that you have written yourself, and returns what the model should read: the result, with
 * guard's warning below it if there is one; or a refusal; or the message of the tool's error. A result other than a text
 * becomes JSON. Give the call its `id`: guard adds no warning to a call without one.
 *
 * @param body runs the tool
 * @param signal the signal with which the caller aborts the tool
 * @throws {CircuitOpenError} when guard has stopped the run: the tool has not run
 * @throws {TypeError} for a call without a `kind`, such as a provider's own object, for a body that is no function, and for an agent that
 *   `asRun` has not given
 *
 * @example
 * const { text } = await useTool(agent, call, () => search(JSON.parse(call.args)));
 * messages.push({ role: "tool", tool_call_id: call.id, content: text });
 */
export async function useTool(
  agent: LoopAgent,
  call: ToolCall,
  body: () => unknown,
  signal?: AbortSignal,
): Promise<ToolText> {
  checkWritten(call, "call");
  checkFunction(body, "body", "useTool(agent, call, () => search(args))");
  const asking = agentOf(agent);
  let told: ToolText;
  try {
    told = {
      text: toText(await runTool(asking, call, async () => body(), { signal })),
      isError: false,
    };
  } catch (error) {
    told = { text: error instanceof Error ? error.message : String(error), isError: true };
  }
  const { stop } = asking.run;
  if (stop !== undefined) throw stop;
  const note = call.id === undefined ? undefined : asking.told.get(call.id);
  return note?.inPlace === false ? { ...told, text: `${told.text}\n\n${note.text}` } : told;
}

function toText(result: unknown): string {
  return typeof result === "string" ? result : (JSON.stringify(result) ?? "");
}
