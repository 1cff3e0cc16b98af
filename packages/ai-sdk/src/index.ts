export { guardAI, type AIGuard, type AIGuardOptions } from "./ai-sdk.ts";
export type { GuardedModel } from "./to-call.ts";
