export { onNodeError, routeOnTrip, type NodeErrorRoute, type TripRoute } from "./edges.ts";
export { GuardGraphHandler, type GuardGraphOptions } from "./langgraph.ts";
export { guardChannel, guardValue, reduceGuard, type GuardRecord } from "./state.ts";
export type { Handoff, HandoffOptions, HandoffReader } from "@guard/core/adapter";
export { guardNode, guardToolNode } from "./nodes.ts";
export {
  tripNode,
  type TripDecision,
  type TripNodeOptions,
  type TripQuestion,
} from "./trip-node.ts";
