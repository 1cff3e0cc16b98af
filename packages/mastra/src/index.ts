export { guardAgent } from "./agent.ts";
export type { GuardableAgent } from "./mastra.ts";
export { throwIfTripped, type TripMetadata } from "./tripwire.ts";
export { guardStep, type GuardableStep } from "./step.ts";
export { guardWorkflow, type GuardableWorkflow } from "./workflow.ts";
