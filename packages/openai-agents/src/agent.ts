import { currentScope } from "@guard/core/adapter";
import type { Runner } from "@openai/agents";
import { withAskTool } from "./ask-tool.ts";
import { atWork, behind, guarded } from "./asking.ts";
import { guardModel } from "./model.ts";
import { guardHandoff, guardTool } from "./tool.ts";

/** An agent of the SDK, with any context and output. */
export type AnyAgent = Parameters<Runner["run"]>[0];

/**
 * Guards an agent in place, with its model, its tools (those of MCP servers too) and the agents that it hands over to,
 * in a guarded runner's runs. The runner does it by itself, except to agents behind `asTool()`, and to one that
 * `RunState.fromString` is given while its run waits for what `onTrip: "ask"` has asked.
 *
 * @returns the same agent
 *
 * @example
 * const tools = [guardAgent(researcher).asTool({ toolName: "research" })];
 */
export function guardAgent<A extends AnyAgent>(agent: A): A {
  if (guarded.has(agent)) return agent;
  guarded.add(agent);
  const asTool = agent.asTool.bind(agent);
  agent.asTool = ((options: Parameters<typeof asTool>[0]) => {
    const tool = asTool(options);
    behind.set(tool, agent.name);
    return tool;
  }) as typeof agent.asTool;
  const getAllTools = agent.getAllTools.bind(agent);
  const getEnabledHandoffs = agent.getEnabledHandoffs.bind(agent);
  // Both are asked before each request, and before the model is chosen.
  agent.getAllTools = async (...args) => {
    const scope = currentScope();
    if (scope !== undefined) atWork.set(scope, agent.name);
    if (typeof agent.model === "object") agent.model = guardModel(agent.model);
    const tools = await getAllTools(...args);
    for (const tool of tools.map(guardTool)) {
      const isAgent = "on" in tool; // one that is not guarded is known by its tool
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
  // A state may be read before: its agent is one of these.
  for (const handoff of agent.handoffs) guardAgent("agent" in handoff ? handoff.agent : handoff);
  return agent;
}
