import { currentScope } from "@guard/core/adapter";
import type { Runner } from "@openai/agents";
import { withAskTool } from "./ask-tool.ts";
import { atWork, behind, guarded } from "./asking.ts";
import { check, checkAlone } from "./check-argument.ts";
import { isModel, isTool } from "./sdk-objects.ts";
import { guardModel } from "./model.ts";
import { guardHandoff, guardTool } from "./tool.ts";

/** An agent of the SDK, with any context and output. */
export type AnyAgent = Parameters<Runner["run"]>[0];

const alone =
  "no runner is guarded, so guard does not guard this agent either. Write guardRunner(Runner, registry) once, before the " +
  "first run.";

/** Whether a runner of this process is guarded. */
let areRunsGuarded = false;
let isTold = false;

/** A runner is guarded: its runs are what guarded agents wait for. */
export function expectRuns(): void {
  areRunsGuarded = true;
}

/**
 * Guards one agent ahead of its runs. **You rarely need it**: `guardRunner(Runner, registry)` finds all agents. Write it
 * where `RunState.fromString(agent, saved)` reads a state that waits for a human (`onTrip: "ask"`), and where a delegation
 * should bear the name of an agent behind `asTool()` in place of the tool's name.
 *
 * The agent is guarded inside guarded runs only. guard also guards the agents that it hands over to.
 *
 * @returns the same agent
 * @throws {OptionsError} for what is not an agent
 *
 * @example
 * const state = await RunState.fromString(guardAgent(agent), saved);
 */
export function guardAgent<A extends AnyAgent>(agent: A): A {
  check("agent", agent);
  // oxlint-disable-next-line prefer-rest-params -- JavaScript users write guardAgent(agent, registry)
  checkAlone(arguments[1]);
  if (guarded.has(agent)) return agent;
  guarded.add(agent);
  const asTool = agent.asTool.bind(agent);
  agent.asTool = ((options: Parameters<typeof asTool>[0]) => {
    const tool = asTool(options);
    behind.set(tool, agent.name);
    return tool;
  }) as typeof agent.asTool;
  const clone = agent.clone.bind(agent);
  agent.clone = (config) => guardAgent(clone(config)); // the SDK runs a copy of a SandboxAgent
  const getAllTools = agent.getAllTools.bind(agent);
  const getEnabledHandoffs = agent.getEnabledHandoffs.bind(agent);
  // The SDK calls both before each request, and before it chooses the model.
  agent.getAllTools = async (...args) => {
    const scope = currentScope();
    if (scope !== undefined) atWork.set(scope, agent.name);
    else tellAlone();
    if (isModel(agent.model)) agent.model = guardModel(agent.model);
    const tools = await getAllTools(...args);
    for (const tool of tools.filter(isTool)) {
      guardTool(tool);
      const isAgent = "on" in tool; // guard names an agent by its tool, unless guardAgent has told its name
      if (isAgent) scope?.run.handoffs.seeInside(tool.name, behind.get(tool) ?? tool.name);
    }
    return withAskTool(tools, agent, scope?.run.breaker.onTrip);
  };
  agent.getEnabledHandoffs = async (context) => {
    const handoffs = await getEnabledHandoffs(context);
    for (const handoff of handoffs) {
      currentScope()?.run.handoffs.seeInside(handoff.toolName, handoff.agentName);
      guardAgent(handoff.agent);
      guardHandoff(handoff);
    }
    return handoffs;
  };
  // RunState.fromString may look for its agent among these.
  for (const handoff of agent.handoffs) guardAgent("agent" in handoff ? handoff.agent : handoff);
  return agent;
}

/** Tells once that a guarded agent works, and that no run can be a guarded one. */
function tellAlone(): void {
  if (areRunsGuarded || isTold) return;
  isTold = true;
  console.warn(`guard: ${alone}`);
}
