import type { RecordedEvent } from "../vocabulary/recorded-event.ts";

/**
 * Receives what a run does, **with raw arguments and results**, as the events that `replay` of `@guard/core/replay` reads.
 * Only a recorder sees arguments and results: guard never writes them elsewhere.
 *
 * @example
 * const lines: string[] = [];
 * const record: Recorder = (run, event) => lines.push(JSON.stringify({ run, event }));
 */
export type Recorder = (run: string, event: RecordedEvent) => void;
