import type { Places } from "@guard/core/adapter";
import { enclosingTool, type Run, type Speaker, type Started } from "./run.ts";

/**
 * The agent of a run. The name of a graph is the name of an agent, and a run belongs to the nearest graph around it. guard
 * tells agents of one name apart by the tool that called them. Instances that run at once get a place each. An instance
 * that begins after another has ended takes the place of that one: its request tells whether it goes on with the same
 * conversation.
 */
export function speakerOf(
  started: Started & { name: string },
  parent: Run | undefined,
  places: Places,
): Speaker {
  const agent = agentOf(started, parent);
  if (parent === undefined) return { agent: agent ?? "agent", instance: "" };
  if (parent.kind === "tool") return { agent: agent ?? parent.speaker.agent, instance: parent.id };
  if (agent === undefined || agent === parent.speaker.agent) return parent.speaker;
  const within = enclosingTool(parent)?.id ?? "";
  const place = places.take(`${within}\n${agent}`, started.id);
  return { agent, instance: place === 0 ? within : `${within}+${place}` };
}

/** The tool that called an agent: the agent runs inside the tool, and no other agent is between the two. */
export function callerOf(speaker: Speaker, parent: Run | undefined): Run | undefined {
  const tool = parent && enclosingTool(parent);
  const isFirst = parent?.speaker.agent === tool?.speaker.agent;
  return isFirst && speaker.agent !== tool?.speaker.agent ? tool : undefined;
}

/** LangGraph's name for a graph without a name. */
const unnamedGraph = "LangGraph";

/** The name of the agent that a graph is: the graph's own name, or the name of its node. */
function agentOf(started: Started & { name: string }, parent: Run | undefined): string | undefined {
  if (started.kind !== "chain" || started.className !== "CompiledStateGraph") return undefined;
  if (started.name !== unnamedGraph && started.name !== "") return started.name;
  const node = started.metadata?.["langgraph_node"];
  return parent !== undefined && node === parent.name ? parent.name : undefined;
}
