import { CallRefusedError, type ToolCall } from "@guard/core";
import { runTool } from "@guard/core/adapter";
import type { FunctionTool, Handoff, Tool } from "@openai/agents-core";
import { asking, guarded } from "./asking.ts";
import { toToolCall } from "./to-call.ts";
import { toOutcome } from "./to-outcome.ts";

/** Guards a tool in place, in a guarded runner's runs: a refused call does not run, and the model reads why. */
export function guardTool<T extends Tool>(tool: T): T {
  if (tool.type !== "function" || guarded.has(tool)) return tool;
  guarded.add(tool);
  const { name, invoke }: FunctionTool = tool;
  tool.invoke = async (context, input, details) => {
    const body = () => invoke.call(tool, context, input, details);
    const who = asking();
    if (who === undefined) return body();
    const { agent, run } = who;
    const asked = details?.toolCall && toToolCall(details.toolCall);
    const call: ToolCall = asked ?? { kind: "tool", tool: name, args: input };
    const instance = call.id ?? run.newKey();
    const throws = run.breaker.onTrip === "throw";
    try {
      const options = { signal: details?.signal, toOutcome };
      const result = await runTool(agent, call, () => run.within(body, instance), options);
      // An agent inside the tool was stopped, and the SDK has made a text of it.
      if (throws && run.stop !== undefined) throw run.stop;
      return result;
    } catch (error) {
      if (!CallRefusedError.isInstance(error) && (throws || !run.latch.isStop(error))) throw error;
      return error.message;
    } finally {
      run.endInstance(instance);
    }
  };
  return tool;
}

/** Guards a hand-off in place. It has no place for a refusal: it is made, and counts as refused. */
export function guardHandoff(handoff: Handoff): void {
  if (guarded.has(handoff)) return;
  guarded.add(handoff);
  const { toolName: tool, onInvokeHandoff } = handoff;
  handoff.onInvokeHandoff = async (context, args) => {
    const body = () => onInvokeHandoff(context, args);
    const { agent } = asking() ?? {};
    if (agent === undefined) return body();
    const options = { canRefuse: false, toOutcome: () => ({ status: "success" }) as const };
    return runTool(agent, { kind: "tool", tool, args }, body, options);
  };
}
