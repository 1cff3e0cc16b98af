/**
 * Translates prompts, answers and streams of the AI SDK for guard. For adapters of other frameworks that call the AI SDK's
 * models. Pure functions over plain data.
 */
export { baseUrlOf } from "./base-url.ts";
export { isAsked, toModelCall } from "./to-call.ts";
export type { Answer, GuardedModel, Message, Part, Request } from "./to-call.ts";
export { toModelAnswer, toShown } from "./to-outcome.ts";
export { toUsage } from "./to-usage.ts";
export { toPieces } from "./to-pieces.ts";
export { toStream, withTold } from "./to-answer.ts";
export { toLastParts, toLastRequest } from "./to-last-answer.ts";
