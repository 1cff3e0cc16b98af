export { recordTo, type FileRecorder, type RecordOptions } from "./record-to.ts";
