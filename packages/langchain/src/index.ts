export { guardAgent, type Guarded, type GuardAgentOptions, type MadeAgent } from "./guard-agent.ts";
export { GuardCallbackHandler } from "./langchain.ts";
export {
  guardMiddleware,
  type GuardMiddlewareOptions,
  type TripDecision,
  type TripQuestion,
} from "./middleware.ts";
export type { Handoff, HandoffOptions, HandoffReader } from "@guard/core/adapter";
