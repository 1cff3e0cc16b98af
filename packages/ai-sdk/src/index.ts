export { guardAI, type AIGuard, type AIGuardOptions } from "./ai-sdk.ts";
export type { GuardedAgent } from "./agent.ts";
export type { GuardMiddleware } from "./middleware.ts";
