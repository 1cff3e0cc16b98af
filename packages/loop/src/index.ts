export { runLoop, type LoopOptions, type LoopResult } from "./run-loop.ts";
export { openaiClient, type OpenAILike } from "./openai-client.ts";
export { anthropicClient, type AnthropicLike } from "./anthropic-client.ts";
export type {
  LoopAnswer,
  LoopCall,
  LoopMessage,
  LoopRequest,
  LoopTool,
  LoopTools,
  ModelClient,
} from "./model-client.ts";
