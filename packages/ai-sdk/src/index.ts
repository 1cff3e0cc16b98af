export { guardAI, type AIGuard, type AIGuardOptions } from "./ai-sdk.ts";
export type { GuardedModel, StepLike } from "./to-call.ts";
