export { GuardCallbackHandler } from "./langchain.ts";
export type { Handoff, HandoffOptions, HandoffReader } from "@guard/core/adapter";
