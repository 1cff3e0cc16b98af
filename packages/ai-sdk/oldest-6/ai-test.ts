// The mock models of AI SDK 6 under the names of those of AI SDK 7.
export * from "ai/test";
export { MockLanguageModelV3 as MockLanguageModelV4 } from "ai/test";
