export { guardAI, type AIGuard, type AIGuardOptions } from "./ai-sdk.ts";
export type { GuardedAgent } from "./agent.ts";
export type { GuardMiddleware } from "./middleware.ts";
export type { OtherModel } from "./other-models.ts";
export type { GuardedModel, StepLike } from "./to-call.ts";
