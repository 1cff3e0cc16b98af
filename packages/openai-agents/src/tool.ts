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
import { asking, atWork, behind, guarded } from "./asking.ts";
import { guardLocalTool } from "./local-tool.ts";
import { toToolCall } from "./to-call.ts";
import { toOutcome } from "./to-outcome.ts";

const unguardedAgent = (tool: string) =>
  `the agent behind the tool "${tool}" is not guarded: guard can't refuse its tools, and does not hear a model of its ` +
  "own. Guard it: guardAgent(agent).asTool({ … }).";

/**
 * Guards a tool in place, in a guarded runner's runs: a refused call does not run, and the model reads why. The runner
 * does it by itself to the tools of all agents that it knows.
 *
 * @returns the same tool
 */
export function guardTool<T extends Tool>(tool: T): T {
  if (guarded.has(tool)) return tool;
  guarded.add(tool);
  if (tool.type === "function") guardFunction(tool);
  else guardLocalTool(tool);
  return tool;
}

function guardFunction(tool: FunctionTool): void {
  const { name, invoke } = tool;
  tool.invoke = async (context, input, details) => {
    let inside: Scope<GuardedRun> | undefined;
    const body = () => {
      inside = currentScope();
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
    const requests = read(context, "usage", "requests");
    try {
      const options = { signal: details?.signal, toOutcome };
      const result = await runTool(agent, call, () => run.within(body, instance), options);
      // An agent inside the tool was stopped, and the SDK has made a text of it.
      if (throws && run.stop !== undefined) throw run.stop;
      return result;
    } catch (error) {
      if (!CallRefusedError.isInstance(error) && (throws || !run.latch.isStop(error))) throw error;
      return CircuitOpenError.isInstance(error) ? textsOf(run).notRun(error.report) : error.message;
    } finally {
      const isAgent = "on" in tool && requests !== read(context, "usage", "requests");
      const isKnown = behind.has(tool) || inside === undefined || atWork.has(inside);
      if (isAgent && !isKnown) run.misplaced("unguarded", agent.name, unguardedAgent(name));
      run.endInstance(instance);
    }
  };
}

/** The agent that goes on inside a tool: calls of its that a human has approved start before its model is asked. */
function agentIn(state: string | undefined): string | undefined {
  if (state === undefined) return undefined;
  const name = read(JSON.parse(state), "currentAgent", "name");
  return typeof name === "string" ? name : undefined;
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
