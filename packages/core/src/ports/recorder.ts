import type { RecordedEvent } from "../vocabulary/recorded-event.ts";

/**
 * Receives what a run does, **with raw arguments and results**, as the events that `replay` reads.
 * Nothing of that kind leaves the breaker unless a recorder is given.
 *
 * @example
 * const lines: string[] = [];
 * const record: Recorder = (run, event) => lines.push(JSON.stringify({ run, event }));
 */
export type Recorder = (run: string, event: RecordedEvent) => void;
