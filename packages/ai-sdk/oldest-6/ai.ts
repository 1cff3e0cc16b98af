// What AI SDK 6 calls by other names than AI SDK 7: the same tests run with both.
export * from "ai";
export { stepCountIs as isStepCount } from "ai";
