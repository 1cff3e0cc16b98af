import { OptionsError, type BreakerSource } from "@guard/core";
import {
  isCommand,
  MessagesAnnotation,
  START,
  StateGraph,
  type LangGraphRunnableConfig,
} from "@langchain/langgraph";
import { Channel } from "@langchain/langgraph/pregel";
import type { BaseMessage } from "@langchain/core/messages";
import { triggerOf, type Compiled } from "./compiled.ts";
import { tripNode, type TripNodeOptions } from "./trip-node.ts";

/** The name of the error node that guard adds. Streams of updates show it. */
const errorNode = "guard_stopped";

/**
 * Adds an error node to a graph with messages, and returns its name. No edge leads there.
 *
 * @throws {OptionsError} where `onTrip` needs an option that is missing, and where the graph has a node of that name
 */
export function addErrorNode(
  graph: Compiled,
  source: BreakerSource,
  { approved, ...options }: TripNodeOptions<string>,
): string {
  if (errorNode in graph.nodes) {
    throw new OptionsError([
      `graph: guard adds a node "${errorNode}" for a stopped run; give your own node another name, or lead to it with routeOnTrip`,
    ]);
  }
  const node = tripNode(source, { approved, ...options });
  if (approved !== undefined) checkName(approved, graph);
  const goOn = approved === undefined ? undefined : triggerOf(graph, approved);
  const stopped = async (
    { messages }: { readonly messages: BaseMessage[] },
    config: LangGraphRunnableConfig,
  ) => {
    const said = await node({ messages }, config);
    if (!isCommand(said)) return said;
    const isApproved = [said.goto].flat().includes(approved as never);
    if (isApproved && goOn !== undefined) {
      await Channel.writeTo([], { [goOn]: true }).invoke(undefined, config);
    }
    return said.update as object;
  };
  const { nodes } = new StateGraph(MessagesAnnotation).addNode(errorNode, stopped);
  // Without an input of its own, a node reads the state of its graph.
  graph.attachNode(errorNode, { ...nodes[errorNode], input: undefined });
  graph.triggerToNodes = {};
  graph.validate();
  return errorNode;
}

function checkName(approved: string, { nodes }: Compiled): void {
  const { [START]: _, ...others } = nodes;
  if (approved in others) return;
  const names = Object.keys(others).join(", ");
  throw new OptionsError([`approved: expected one of ${names}, received "${approved}"`]);
}
