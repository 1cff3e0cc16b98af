/**
 * The AI SDK's prompts, answers and streams in guard's words: for adapters of other frameworks that ask its models.
 * Pure functions over plain data.
 */
export { isAsked, toModelCall } from "./to-call.ts";
export type { Answer, GuardedModel, Message, Part, Request } from "./to-call.ts";
export { toModelAnswer, toShown } from "./to-outcome.ts";
export { toUsage } from "./to-usage.ts";
export { toPieces } from "./to-pieces.ts";
export { toStream, withTold } from "./to-answer.ts";
export { toLastParts, toLastRequest } from "./to-last-answer.ts";
