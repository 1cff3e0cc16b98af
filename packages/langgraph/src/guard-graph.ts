import { OptionsError, type BreakerSource } from "@guard/core";
import { checkOptions, runsOf } from "@guard/core/adapter";
import type { CheckpointReader, HandoffOptions } from "@guard/core/adapter";
import type { START } from "@langchain/langgraph";
import { addErrorNode } from "./add-error-node.ts";
import { checkGraph } from "./check-graph.ts";
import { isObject, type Compiled } from "./compiled.ts";
import { GuardGraphHandler } from "./langgraph.ts";
import { ownErrorNode } from "./own-error-node.ts";
import { guardOf, replaceNodes } from "./replace-nodes.ts";
import { channelKey, hiddenChannel, hiddenKey } from "./state.ts";
import type { TripNodeOptions } from "./trip-node.ts";

/** A graph that LangGraph has compiled: from a `StateGraph`, by `createReactAgent` or by `entrypoint`. */
export interface CompiledGraph {
  readonly lg_is_pregel: boolean;
  readonly nodes: object;
}

/** The names of a graph's nodes. */
type NodeOf<Graph extends CompiledGraph> = Exclude<keyof Graph["nodes"] & string, typeof START>;

/** Options of `guardGraph`. */
export interface GuardGraphOptions<Node extends string = string>
  extends HandoffOptions, Omit<TripNodeOptions<Node>, "answer"> {}

const optionNames = ["approved", "windDown", "handoff", "agents"];

/**
 * Guards a compiled graph, and returns a graph of the same type. The graph that you pass in stays as it is.
 *
 * - guard counts every model call and every tool call of the graph, also in subgraphs and inside tools.
 * - guard replaces each `ToolNode` of the graph and its subgraphs. A refused call does not run, and the model reads why in
 *   its tool message.
 * - With a checkpointer, a thread remembers what it has spent and whether guard stopped it.
 *
 * A stopped run rejects with a `CircuitOpenError`. With the registry's `onTrip: "finish"`, it ends with a last message.
 * `onTrip: "wind-down"` needs the option `windDown`, `onTrip: "ask"` needs the option `approved`. If the graph has a
 * `tripNode` or a `routeOnTrip`, a stop leads to that node.
 *
 * @throws {OptionsError} for anything but a compiled graph and a registry (or a breaker), and where `onTrip` needs an
 *   option or the key `messages` of the state
 *
 * @example
 * const graph = guardGraph(builder.compile(), createRegistry({ budget: { usd: 5 } }));
 * await graph.invoke({ messages: "Find the port." });
 */
export function guardGraph<Graph extends CompiledGraph>(
  graph: Graph,
  source: BreakerSource,
  options: GuardGraphOptions<NodeOf<Graph>> = {},
): Graph {
  const compiled: unknown = graph;
  checkGraph(compiled, source);
  checkOptions(options, optionNames, 'Write { approved: "agent" }.');
  if (guardOf(compiled) === source) return graph;
  const { approved, windDown, ...handler } = options;
  const { channels, checkpointer } = compiled;
  const guard = new GuardGraphHandler(source, {
    ...handler,
    checkpointer: isObject(checkpointer)
      ? (checkpointer as unknown as CheckpointReader)
      : undefined,
  });
  const copy = compiled.withConfig({ callbacks: [guard] });
  const channel = channelKey in channels ? channelKey : hiddenKey;
  copy.channels = { [hiddenKey]: hiddenChannel, ...channels };
  const errorNode = errorNodeOf(copy, source, { approved, windDown });
  copy.nodes = replaceNodes(copy, { source, channel, errorNode });
  return copy as unknown as Graph;
}

/**
 * The node to which a stop leads: the error node of the graph, or a node that guard adds where `onTrip` needs it.
 *
 * @throws {OptionsError} where the graph can't do what `onTrip` says
 */
function errorNodeOf(
  graph: Compiled,
  source: BreakerSource,
  options: TripNodeOptions<string>,
): string | undefined {
  const { builder, channels, nodes } = graph;
  const own = builder && ownErrorNode(builder);
  const { onTrip } = runsOf(source);
  if (own !== undefined || onTrip === undefined || onTrip === "throw") return own;
  if (onTrip === "route") {
    if (Object.values(nodes).some(({ errorHandlerNode }) => errorHandlerNode)) return undefined;
    throw new OptionsError([
      'onTrip: "route" needs an edge to an error node in the graph; add routeOnTrip, or use onTrip: "finish"',
    ]);
  }
  if (builder === undefined || !("messages" in channels)) {
    throw new OptionsError([
      `onTrip: "${onTrip}" needs a graph with the key "messages" in its state; use onTrip: "throw" and catch the CircuitOpenError`,
    ]);
  }
  return addErrorNode(graph, source, options);
}
