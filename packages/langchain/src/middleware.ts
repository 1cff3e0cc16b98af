/** The entry `@guard/langchain/middleware`: the middleware, for people who place guard's parts themselves. */
export { guardMiddleware, type GuardMiddlewareOptions } from "./make-middleware.ts";
export type { TripDecision, TripQuestion } from "@guard/core/adapter";
