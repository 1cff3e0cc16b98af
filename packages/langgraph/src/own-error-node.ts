import { isObject, type Builder } from "./compiled.ts";

const tripNodes = new WeakSet<object>();
const routes = new WeakMap<object, string>();

/** Remembers that a function is a node of `tripNode`. */
export function markTripNode<F extends object>(node: F): F {
  tripNodes.add(node);
  return node;
}

/** Remembers to which error node a conditional edge of `routeOnTrip` leads. */
export function markRoute<F extends object>(edge: F, errorNode: string): F {
  routes.set(edge, errorNode);
  return edge;
}

/** The error node to which an edge of `routeOnTrip` leads from a node. */
export function routeFrom(node: string, { branches }: Builder): string | undefined {
  for (const { path } of Object.values(branches[node] ?? {})) {
    const errorNode = routes.get(functionOf(path));
    if (errorNode !== undefined) return errorNode;
  }
  return undefined;
}

/** The error node of the graph: an edge of `routeOnTrip` leads there, or `tripNode` made it. */
export function ownErrorNode(builder: Builder): string | undefined {
  for (const node of Object.keys(builder.branches)) {
    const errorNode = routeFrom(node, builder);
    if (errorNode !== undefined) return errorNode;
  }
  const { nodes } = builder;
  return Object.keys(nodes).find((name) => tripNodes.has(functionOf(nodes[name]?.runnable)));
}

/** The function behind a runnable. */
function functionOf(runnable: unknown): object {
  const func: unknown = isObject(runnable) ? runnable["func"] : undefined;
  return typeof func === "function" ? func : {};
}
