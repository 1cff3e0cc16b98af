import { findCircuitOpen, OptionsError, type BreakerSource } from "@guard/core";
import { checkSource } from "@guard/core/adapter";
import {
  Command,
  type END,
  type LangGraphRunnableConfig,
  type NodeError,
  type Send,
} from "@langchain/langgraph";
import { guardedIn } from "./find-run.ts";

/** Where a routing function may send a run: to nodes, to the end, or to nodes with a state of their own. */
type Destination<Node extends string> = Node | Send<Node> | (Node | Send<Node>)[];

/** A routing function, as conditional edges take it. */
type Router<State, Node extends string> = (
  state: State,
  config: LangGraphRunnableConfig,
) => Destination<Node> | Promise<Destination<Node>>;

/** Where a conditional edge leads. */
export interface TripRoute<State, Node extends string, ErrorNode extends string> {
  /** The node for a run that has been stopped. */
  readonly error: ErrorNode;
  /** The node for a run that goes on, or the function that chooses it. */
  readonly next: Node | Router<State, Node>;
  /** Every node that the function may choose: then LangGraph checks them when it compiles the graph. */
  readonly to?: readonly Node[] | undefined;
}

/** What `addConditionalEdges` takes after the node at which the edge starts. */
type ConditionalEdge<State, Node extends string> = readonly [
  path: Router<State, Node>,
  pathMap?: (Node | typeof END)[],
];

/**
 * A conditional edge that sends a run which has been stopped to an error node, and leaves all others to
 * `next`. Names that are no nodes of the graph are type errors, and errors when the graph is compiled.
 *
 * @throws {OptionsError} for what is no source, and for what is no name of a node
 *
 * @example
 * builder.addConditionalEdges("agent", ...routeOnTrip(registry, {
 *   error: "stopped",
 *   next: toolsCondition,
 *   to: ["tools", END],
 * }));
 */
export function routeOnTrip<State, Node extends string, ErrorNode extends string>(
  source: BreakerSource,
  route: TripRoute<State, Node, ErrorNode>,
): ConditionalEdge<State, Node | ErrorNode> {
  checkSource(source);
  const { error, next } = route;
  checkName("error", error);
  if (typeof next !== "function") checkName("next", next);
  for (const [index, name] of (route.to ?? []).entries()) checkName(`to[${index}]`, name);
  const to = typeof next === "function" ? route.to : [next];

  const path: Router<State, Node | ErrorNode> = async (state, config) => {
    const run = guardedIn(source, config, state);
    if (run.latch.isStopped) {
      run.latch.answered = true;
      return error;
    }
    const destination = typeof next === "function" ? await next(state, config) : next;
    for (const one of Array.isArray(destination) ? destination : [destination]) {
      if (typeof one === "string" && to?.includes(one) === false) {
        throw new OptionsError([
          `next: expected one of ${[...to, error].join(", ")}, received "${one}"`,
        ]);
      }
    }
    return destination;
  };
  return to === undefined ? [path] : [path, [...to, error]];
}

/**
 * A handler for errors of nodes, as `addNode` and `setNodeDefaults` take it. Its update, of the channel
 * `guard`, is not in its type: so it fits states without that channel.
 */
export type NodeErrorRoute<ErrorNode extends string> = (
  state: unknown,
  failed: NodeError,
  config?: LangGraphRunnableConfig,
) => Command<unknown, Record<string, never>, ErrorNode>;

/**
 * The error handler of nodes that sends a trip to an error node. Any other error ends the run, as it
 * would without a handler, and is the `cause` of the thrown error.
 *
 * @throws {OptionsError} for what is no source, and for what is no name of a node
 *
 * @example
 * builder.setNodeDefaults({ errorHandler: onNodeError(registry, { error: "stopped" }) });
 */
export function onNodeError<ErrorNode extends string>(
  source: BreakerSource,
  { error }: { readonly error: ErrorNode },
): NodeErrorRoute<ErrorNode> {
  checkSource(source);
  checkName("error", error);
  return (state, failed, config) => {
    if (findCircuitOpen(failed.error) === undefined) {
      // LangGraph takes the same error, thrown once more, for handled.
      throw new Error(`${failed.node}: ${failed.error.message}`, { cause: failed.error });
    }
    const run = guardedIn(source, config, state);
    run.latch.answered = true;
    return new Command<unknown, Record<string, never>, ErrorNode>({
      goto: error,
      update: [["guard", run.record()]],
    });
  };
}

function checkName(path: string, name: unknown): void {
  if (typeof name === "string" && name !== "" && name !== "__start__") return;
  const received = typeof name === "string" ? `"${name}"` : typeof name;
  throw new OptionsError([`${path}: expected the name of a node, received ${received}`]);
}
