export { guardAgent } from "./agent.ts";
export type { GuardableAgent } from "./mastra.ts";
export { throwIfTripped, type TripMetadata } from "./tripwire.ts";
