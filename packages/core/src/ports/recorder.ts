import type { RecordedEvent } from "../vocabulary/recorded-event.ts";

/**
 * Receives what a run does, **with raw arguments and results**, as the events that `replay` of `@guard/core/replay` reads.
 * Only a recorder sees arguments and results: guard never writes them elsewhere. `recordTo(file)` of `@guard/core/record`
 * makes a recorder that writes to a file.
 *
 * @example
 * const lines: string[] = [];
 * const record: Recorder = (run, event) => lines.push(JSON.stringify({ run, event }));
 */
export interface Recorder {
  /** guard calls this with each event of a run. If it throws, guard emits a `port-error` event. */
  (run: string, event: RecordedEvent): void;
  /** guard calls this when a run has ended. Work in the background may still record events. */
  ended?(run: string): void;
}
