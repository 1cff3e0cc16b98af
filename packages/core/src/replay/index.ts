export { replay, type ReplayResult } from "./replay.ts";
export {
  parseRun,
  RecordingError,
  type RecordedEvent,
  type RecordedHandoff,
  type RecordedModelCall,
  type RecordedRun,
  type RecordedToolCall,
  type RecordedUserMessage,
} from "./recorded-run.ts";
