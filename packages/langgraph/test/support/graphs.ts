import type { BreakerSource } from "@guard/core";
import type { BaseChatModel } from "@langchain/core/language_models/chat_models";
import type { StructuredToolInterface } from "@langchain/core/tools";
import {
  Annotation,
  END,
  MessagesAnnotation,
  START,
  StateGraph,
  type BaseCheckpointSaver,
} from "@langchain/langgraph";
import { ToolNode, toolsCondition } from "@langchain/langgraph/prebuilt";
import { guardChannel, guardGraph, routeOnTrip, tripNode } from "../../src/index.ts";

export const State = Annotation.Root({ ...MessagesAnnotation.spec, guard: guardChannel });

export interface Setup {
  readonly model: BaseChatModel;
  readonly tools: readonly StructuredToolInterface[];
  readonly source: BreakerSource;
  readonly checkpointer?: BaseCheckpointSaver;
}

export const question = { messages: [{ role: "user", content: "Find the port." }] };

/** The graph of the README: an agent, its tools, and the node for runs that were stopped. */
export function agentGraph({ model, tools, source, checkpointer }: Setup) {
  const graph = new StateGraph(State)
    .addNode("agent", async ({ messages }) => ({ messages: [await model.invoke(messages)] }))
    .addNode("tools", new ToolNode([...tools]))
    .addNode("stopped", tripNode(source))
    .addEdge(START, "agent")
    .addConditionalEdges(
      "agent",
      ...routeOnTrip(source, { error: "stopped", next: toolsCondition, to: ["tools", END] }),
    )
    .addEdge("tools", "agent")
    .addEdge("stopped", END)
    .compile(checkpointer === undefined ? {} : { checkpointer });
  return guardGraph(graph, source).withConfig({ recursionLimit: 100 });
}

/** The same whose error node asks a human, who may let the agent go on. */
export function askingGraph({ model, tools, source, checkpointer }: Setup) {
  const graph = new StateGraph(State)
    .addNode("agent", async ({ messages }) => ({ messages: [await model.invoke(messages)] }))
    .addNode("tools", new ToolNode([...tools]))
    .addNode("stopped", tripNode(source, { approved: "agent" }), { ends: ["agent", END] })
    .addEdge(START, "agent")
    .addConditionalEdges(
      "agent",
      ...routeOnTrip(source, { error: "stopped", next: toolsCondition, to: ["tools", END] }),
    )
    .addEdge("tools", "agent")
    .compile(checkpointer === undefined ? {} : { checkpointer });
  return guardGraph(graph, source).withConfig({ recursionLimit: 100 });
}
