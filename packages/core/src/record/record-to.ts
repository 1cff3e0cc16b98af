import { randomBytes } from "node:crypto";
import { OptionsError } from "../vocabulary/errors.ts";
import { received } from "../options/received.ts";
import type { RecordedEvent } from "../vocabulary/recorded-event.ts";
import { eventJson } from "./event-line.ts";
import { LineWriter } from "./line-writer.ts";
import { RecordingFile } from "./recording-file.ts";

/** The options of {@link recordTo}. All have defaults. */
export interface RecordOptions {
  /**
   * Removes what the file must not hold. It gets a copy of each event with its run's id, and returns the event to write,
   * changed or not, or `undefined` to leave the event out. If it throws, guard writes nothing of that event. Default: guard
   * writes events as they are.
   *
   * @example
   * redact: (event) => (event.type === "tool" && event.tool === "login" ? { ...event, args: "secret" } : event)
   */
  readonly redact?: ((event: RecordedEvent, run: string) => RecordedEvent | undefined) | undefined;
  /** When a file has this size in bytes, guard begins the next one. Default: 16,777,216 (16 MiB). */
  readonly maxBytes?: number | undefined;
  /** How many files guard keeps, the one that it writes to included. Older files are deleted. Default: 8. */
  readonly maxFiles?: number | undefined;
}

/** A recorder that writes to a file. Give it to the option `record` of a registry. */
export interface FileRecorder {
  /** guard calls this with each event of a run. The event waits in memory until it is written. */
  (run: string, event: RecordedEvent): void;
  /** guard calls this when a run has ended. */
  ended(run: string): void;
  /**
   * Writes everything that guard has recorded so far. guard does this once a second, and when the process ends by itself.
   *
   * @throws {Error} if the file can't be written
   */
  flush(): Promise<void>;
  /**
   * Writes the rest. Later events are an error.
   *
   * @throws {Error} if the file can't be written
   */
  close(): Promise<void>;
}

/**
 * Makes a recorder that writes runs into a file, **with raw arguments and results**, for `guard replay` and `guard calibrate`.
 * Only the owner of the file may read it. A name that ends in `.gz` makes a gzip file. An error never breaks the agent:
 * guard emits a `port-error` event. Needs Node.js.
 *
 * @throws {OptionsError} for a wrong option
 *
 * @example
 * const record = recordTo(".guard/runs.jsonl.gz");
 * const registry = createRegistry({ mode: "observe", record });
 * // … at the end of the program
 * await record.close();
 */
export function recordTo(file: string, options: RecordOptions = {}): FileRecorder {
  checkArguments(file, options);
  const { redact, maxBytes = 16 * 1024 * 1024, maxFiles = 8 } = options;
  const writer = new LineWriter(new RecordingFile({ file, maxBytes, maxFiles }));
  // Two processes may have runs of the same name.
  const recorder = randomBytes(6).toString("hex");
  const line = (run: string, what: string) =>
    `{"id":${JSON.stringify(run)},"recorder":"${recorder}",${what}}\n`;
  const record = (run: string, event: RecordedEvent): Promise<void> | undefined => {
    let json = eventJson(event);
    if (redact !== undefined) {
      const kept = redact(JSON.parse(json) as RecordedEvent, run);
      if (kept === undefined) return undefined;
      checkRedacted(kept);
      json = eventJson(kept);
    }
    return writer.add(line(run, `"event":${json}`));
  };
  return Object.assign(record as FileRecorder, {
    ended: (run: string) => writer.add(line(run, '"ended":true')),
    flush: () => writer.flush(),
    close: () => writer.close(),
  });
}

/** An async `redact` returns a promise, which holds nothing that guard could write. */
function checkRedacted(event: unknown): void {
  if (typeof event === "object" && event !== null && "type" in event) return;
  throw new TypeError("redact: expected an event, or undefined. It must not be async");
}

const known: readonly string[] = [
  "redact",
  "maxBytes",
  "maxFiles",
] satisfies (keyof RecordOptions)[];

function checkArguments(file: unknown, options: unknown): void {
  const faults: string[] = [];
  if (typeof file !== "string" || file === "") {
    faults.push(`file: expected a path such as ".guard/runs.jsonl.gz", received ${received(file)}`);
  }
  if (typeof options !== "object" || options === null) {
    throw new OptionsError([
      ...faults,
      `options: expected a plain object such as { maxFiles: 8 }, received ${received(options)}`,
    ]);
  }
  const { redact, maxBytes, maxFiles } = options as Record<string, unknown>;
  for (const name of Object.keys(options)) {
    if (!known.includes(name)) {
      faults.push(`${name}: there is no such option (there are ${known.join(", ")})`);
    }
  }
  if (redact !== undefined && typeof redact !== "function") {
    faults.push(`redact: expected a function, received ${received(redact)}`);
  }
  for (const [name, count] of Object.entries({ maxBytes, maxFiles })) {
    if (count !== undefined && !(Number.isSafeInteger(count) && (count as number) > 0)) {
      faults.push(`${name}: expected a whole number from 1 on, received ${received(count)}`);
    }
  }
  if (faults.length > 0) throw new OptionsError(faults);
}
