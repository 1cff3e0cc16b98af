export { guardGraph, type CompiledGraph, type GuardGraphOptions } from "./guard-graph.ts";
export { routeOnTrip, type TripRoute } from "./edges.ts";
export { GuardGraphHandler, type GuardGraphHandlerOptions } from "./langgraph.ts";
export { guardChannel, guardValue, type GuardRecord } from "./state.ts";
export type { HandoffReader } from "@guard/core/adapter";
export { guardNode, guardToolNode } from "./nodes.ts";
export {
  tripNode,
  type TripDecision,
  type TripNodeOptions,
  type TripQuestion,
} from "./trip-node.ts";
