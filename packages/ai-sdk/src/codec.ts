/**
 * The AI SDK's prompts, answers and streams in guard's words: for adapters of other frameworks that ask its models.
 * Pure functions over plain data.
 */
export { isAsked, toModelCall } from "./to-call.ts";
export type { GuardedModel, Message, Part, Request } from "./to-call.ts";
export { toBroken, toModelAnswer, toShown } from "./to-outcome.ts";
export { toUsage } from "./to-usage.ts";
export { isOutput, toStreamed } from "./to-streamed.ts";
export { toStream, withTold } from "./to-answer.ts";
export { toLastParts, toLastRequest, type PaidWord } from "./to-last-answer.ts";
