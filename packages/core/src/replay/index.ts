export { replay, type ReplayResult } from "./replay.ts";
export { parseRun, RecordingError, type RecordedRun } from "./recorded-run.ts";
export { RunCollector } from "./run-collector.ts";
export type {
  RecordedEvent,
  RecordedHandoff,
  RecordedModelCall,
  RecordedToolCall,
  RecordedUserMessage,
} from "../vocabulary/recorded-event.ts";
export { policyFromName } from "../evidence/policy.ts";
