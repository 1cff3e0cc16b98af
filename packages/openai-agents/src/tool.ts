import { CallRefusedError, type ToolCall, CircuitOpenError } from "@guard/core";
import {
  currentScope,
  read,
  runTool,
  type GuardedRun,
  type Scope,
  textsOf,
} from "@guard/core/adapter";
import type { FunctionTool, Handoff, Tool } from "@openai/agents";
import { asking, atWork, behind, guarded, ownScopes } from "./asking.ts";
import { check } from "./check-argument.ts";
import { guardLocalTool } from "./local-tool.ts";
import { toToolCall } from "./to-call.ts";
import { toOutcome } from "./to-outcome.ts";

const unguardedAgent = (tool: string) =>
  `the agent behind the tool "${tool}" comes from another copy of the SDK than the runner, so guard does not hear the agent. ` +
  "Import Agent and Runner from one package, or guard the agent: guardAgent(agent).asTool({ … }).";

/**
 * Guards a tool that your own code calls inside another tool. **You rarely need it**: `guardRunner(Runner, registry)` finds
 * the tools of all agents.
 *
 * The tool is guarded inside guarded runs only. guard changes the tool itself. A refused call does not run: its result is a
 * text that tells the model why.
 *
 * @returns the same tool
 * @throws {OptionsError} for what is not a tool of the SDK
 *
 * @example
 * const search = guardTool(tool({ name: "search", description, parameters, execute }));
 */
export function guardTool<T extends Tool>(tool: T): T {
  check("tool", tool);
  if (guarded.has(tool)) return tool;
  guarded.add(tool);
  if (tool.type === "function") guardFunction(tool);
  else guardLocalTool(tool);
  return tool;
}

function guardFunction(tool: FunctionTool): void {
  const { name, invoke } = tool;
  const isAgentTool = "on" in tool;
  tool.invoke = async (context, input, details) => {
    let inside: Scope<GuardedRun> | undefined;
    const body = () => {
      inside = currentScope();
      if (inside !== undefined && isAgentTool) ownScopes.add(inside);
      const resumed = agentIn(details?.resumeState);
      if (inside !== undefined && resumed !== undefined) atWork.set(inside, resumed);
      return invoke.call(tool, context, input, details);
    };
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
      const isKnown = behind.has(tool) || inside === undefined || atWork.has(inside);
      const hasRun = isAgentTool && toOutcome(result).status === "success";
      if (hasRun && !isKnown) run.misplaced("unguarded", agent.name, unguardedAgent(name));
      // guard has stopped an agent inside the tool, and the SDK has made a text of the error.
      if (throws && run.stop !== undefined) throw run.stop;
      return result;
    } catch (error) {
      if (!CallRefusedError.isInstance(error) && (throws || !run.latch.isStop(error))) throw error;
      return CircuitOpenError.isInstance(error) ? textsOf(run).notRun(error.report) : error.message;
    } finally {
      run.endInstance(instance);
    }
  };
}

/** The agent that goes on inside a tool. Calls that a human has approved start before the agent asks its model. */
function agentIn(state: string | undefined): string | undefined {
  if (state === undefined) return undefined;
  const name = read(JSON.parse(state), "currentAgent", "name");
  return typeof name === "string" ? name : undefined;
}

/** Guards a hand-off in place. A hand-off can't be refused: it runs, and counts as refused. */
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
