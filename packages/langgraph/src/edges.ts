import { OptionsError, type BreakerSource } from "@guard/core";
import { checkSource, received } from "@guard/core/adapter";
import type { END, LangGraphRunnableConfig, Send } from "@langchain/langgraph";
import { runOf } from "./find-run.ts";
import { markRoute } from "./own-error-node.ts";

/** What a routing function returns: the names of nodes, or `Send`s. */
type Destination<Node extends string> = Node | Send<Node> | (Node | Send<Node>)[];

/** A routing function, as conditional edges take it. */
type Router<State, Node extends string> = (
  state: State,
  config: LangGraphRunnableConfig,
) => Destination<Node> | Promise<Destination<Node>>;

/** Where the edge of `routeOnTrip` leads. */
export interface TripRoute<State, Node extends string, ErrorNode extends string> {
  /** The name of the node for a stopped run: a `tripNode`, or a node of your own. */
  readonly error: ErrorNode;
  /** The name of the node for every other run, or the function that chooses it. */
  readonly next: Node | Router<State, Node>;
  /** All names that the function may choose. LangGraph then checks them in `compile`. Default: LangGraph checks none. */
  readonly to?: readonly Node[] | undefined;
}

/** What `addConditionalEdges` takes after the node at which the edge starts. */
type ConditionalEdge<State, Node extends string> = readonly [
  path: Router<State, Node>,
  pathMap?: (Node | typeof END)[],
];

/**
 * Makes a conditional edge: a stopped run goes to the node `error`, every other run goes to `next`. Spread what it returns
 * with three dots. A name that no node has is a type error, and an error of `compile`.
 *
 * @throws {OptionsError} for an invalid source, and for an invalid name of a node
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
    const { latch } = runOf(source, config, state).root.guarded;
    if (latch.isStopped) {
      latch.answered = true;
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
  markRoute(path, error);
  return to === undefined ? [path] : [path, [...to, error]];
}

function checkName(path: string, name: unknown): void {
  if (typeof name === "string" && name !== "" && name !== "__start__") return;
  throw new OptionsError([`${path}: expected the name of a node, received ${received(name)}`]);
}
